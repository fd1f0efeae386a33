-- Keys of units whose full name holds something like the typed words: candidates for a spelling mistake.
-- Usage: resolve(), only when nothing was found. Index: division_folded_trgm.
SELECT key, max(word_similarity(%(words)s, folded)) AS nearness
  FROM divisions_division
 WHERE %(words)s <%% folded
 GROUP BY key
 ORDER BY nearness DESC, key
 LIMIT 60
