// Folds the footnotes of a page: they name the tests that hold the page to what it says.
const fold = () => {
  for (const notes of document.querySelectorAll('article .footnotes')) {
    const details = document.createElement('details')
    const summary = document.createElement('summary')
    summary.textContent = 'Tests that prove what this page says'
    details.append(summary)
    notes.replaceWith(details)
    details.append(notes)
    const open = () => { if (notes.querySelector(`[id="${location.hash.slice(1)}"]`)) details.open = true }
    addEventListener('hashchange', open)
    document.querySelectorAll('a.footnote-ref').forEach(link => link.addEventListener('click', () => { details.open = true }))
    if (location.hash) open()
  }
}

// A table that is wider than a phone scrolls by itself, also by keyboard.
const scroll = () => {
  for (const table of document.querySelectorAll('article table')) {
    const box = table.parentElement.classList.contains('table-responsive') ? table.parentElement : null
    if (box) box.tabIndex = 0
  }
  document.querySelectorAll('article pre').forEach(block => { block.tabIndex = 0 })
}

export default {
  start: () => {
    fold()
    scroll()
  },
}
