/** Numbers as people of a language write them. Pure. */

/** Making one takes longer than drawing a mark. @type {Map<string, Intl.NumberFormat>} */
const compact = new Map();

/**
 * A count short enough for a marker: 950, 1,2k → "1,2 N" in Vietnamese; language data of the browser decides.
 * @param {number} count @param {string} lang
 */
export function shortCount(count, lang) {
  if (count < 1000) return String(count);
  const maximumFractionDigits = count < 10_000 ? 1 : 0;
  const name = `${lang} ${maximumFractionDigits}`;
  const format = compact.get(name) ?? new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits });
  compact.set(name, format);
  return format.format(count);
}

/**
 * A distance: metres rounded to ten below one kilometre, one decimal below ten kilometres.
 * @param {number} metres @param {string} lang
 */
export function distance(metres, lang) {
  if (metres < 950) return `${Math.max(10, Math.round(metres / 10) * 10).toLocaleString(lang)} m`;
  const km = metres / 1000;
  return `${km.toLocaleString(lang, { maximumFractionDigits: km < 10 ? 1 : 0 })} km`;
}

/**
 * A position rounded to about 100 m: near enough to find a shop, and a shared link does not tell whose door it was.
 * @param {number} lon @param {number} lat
 */
export function roundedPosition(lon, lat) {
  return `${Number(lon.toFixed(3))},${Number(lat.toFixed(3))}`;
}

/**
 * Text without accents and in lower case, to compare what is typed with what is shown.
 * @param {string} text
 */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
