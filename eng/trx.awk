# Reads a trx file: one line per failed test, "class.test: first line of its message", then "counts PASSED FAILED SKIPPED OUTCOME".
BEGIN { RS = "<" }

function attribute(name,    parts, rest) {
  if (split($0, parts, " " name "=\"") < 2) return ""
  rest = parts[2]
  sub(/".*/, "", rest)
  return plain(rest)
}

function plain(text) {
  gsub(/&#x[0-9A-Fa-f]+;/, " ", text)
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

/^ResultSummary / { outcome = attribute("outcome") }
/^Text>The active test run was aborted/ { aborted = 1 }

/^Counters / {
  passed = attribute("passed")
  failed = attribute("failed") + attribute("error") + attribute("timeout") + attribute("aborted")
  skipped = attribute("total") - passed - failed
}

/^UnitTestResult / {
  current = ""
  if (attribute("outcome") ~ /^(Failed|Error|Timeout|Aborted)$/) {
    current = ++count
    id[current] = attribute("testId")
    name[current] = attribute("testName")
  }
}

/^Message>/ && current != "" && !(current in message) {
  text = substr($0, length("Message>") + 1)
  sub(/^[ \t\r\n]+/, "", text)
  sub(/[\r\n].*/, "", text)
  message[current] = plain(text)
}

/^UnitTest / { definition = attribute("id") }
/^TestMethod / { class[definition] = attribute("className") }

END {
  for (i = 1; i <= count; i++) print class[id[i]] "." name[i] ": " message[i]
  # A summary says Failed when a test did; alone, that is no sign of a crash.
  if (aborted || outcome == "") outcome = "Aborted"
  else if (outcome == "Failed" && failed > 0) outcome = "Completed"
  print "counts", passed + 0, failed + 0, skipped + 0, outcome
}
