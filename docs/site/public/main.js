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

// The words that the index leaves out, as lunr has them. A query that demanded one would find nothing.
const small = new Set(('a able about across after all almost also am among an and any are as at be because been but by can cannot could did do '
  + 'does either else ever every for from get got had has have he her how however i if in into is it its just least let like likely may me might '
  + 'most must my neither no nor not of off often on only or other our own rather should since so some than that the their them then there these '
  + 'they this to too us wants was we were what when where which while who whom why will with would yet you your').split(' '))

// docfx demands every word. Here a page that has most of them comes first, and the word that is being typed may be unfinished.
const words = query => {
  const asked = query.toLowerCase().replace(/[^\p{L}\p{N}_. ]+/gu, ' ').split(/\s+/).filter(word => word && !small.has(word))
  return asked.map((word, index) => index === asked.length - 1 ? `${word} ${word}*^0.3` : word).join(' ')
}

const forgive = () => {
  const post = Worker.prototype.postMessage
  Worker.prototype.postMessage = function (message, ...rest) {
    return post.call(this, typeof message?.q === 'string' ? { q: words(message.q) } : message, ...rest)
  }
}

export default {
  // A block that names no language has none, such as a drawing or a command.
  configureHljs: hljs => hljs.configure({ languages: [] }),
  start: () => {
    fold()
    scroll()
    forgive()
  },
}
