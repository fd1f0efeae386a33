/**
 * Links of the page that lead to another state of it, or to a record, are followed in place.
 *
 * @typedef {object} Ways
 * @property {(link: HTMLAnchorElement, id: string) => void} onRecord
 * @property {() => void} onClose the record is to be closed
 * @property {() => void} onMore the list is to go on
 * @property {(url: URL, link: HTMLAnchorElement) => void} onState another state of the page
 */

import { boot, recordId } from "../boot.js";

/** @param {Ways} ways */
export function followLinks(ways) {
  document.addEventListener("click", (event) => {
    const link = followable(event);
    if (!link) return;
    const url = new URL(link.href);
    if (link.classList.contains("language")) {
      if (url.pathname.split("/").length <= 3) link.href = url.pathname + location.search + location.hash;
    } else if (follow(link, url, ways)) event.preventDefault();
  });
}

/** The link of this site that was tapped, unless it is to open elsewhere. @param {MouseEvent} event */
function followable(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  return link;
}

/** @param {HTMLAnchorElement} link @param {URL} url @param {Ways} ways @returns {boolean} whether it was followed */
function follow(link, url, { onRecord, onClose, onMore, onState }) {
  const id = recordId(url);
  if (id) onRecord(link, id);
  else if (url.pathname !== boot.urls.map || url.hash === "#list") return false;
  else if (link.dataset.action === "close-record") onClose();
  else if (link.rel === "next") onMore();
  else onState(url, link);
  return true;
}
