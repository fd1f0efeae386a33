/**
 * Lets a part of the page become like a newer one and leaves alone what stays the same: whatever is pressed, focused or
 * open at that moment is still the same element afterwards, so that no tap and no letter is lost.
 */

/**
 * @param {Element} old in the page @param {Element} fresh outside of it; loses its children
 */
export function liken(old, fresh) {
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const same = at && isSame(at, wanted) ? at : later(at, wanted);
    if (!same) old.insertBefore(wanted, at);
    else {
      if (same !== at) old.insertBefore(same, at);
      take(same, wanted);
      at = same.nextSibling;
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Take over everything of a newer node. @param {ChildNode} old @param {ChildNode} fresh */
function take(old, fresh) {
  if (!(old instanceof Element && fresh instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  liken(old, fresh);
  choose(old, fresh);
}

/** What is chosen, not only what was chosen at first; letters that are being typed stay. @param {Element} old @param {Element} fresh */
function choose(old, fresh) {
  if (old instanceof HTMLInputElement && fresh instanceof HTMLInputElement) {
    if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.defaultChecked;
    else if (old !== document.activeElement) old.value = fresh.defaultValue;
  } else if (old instanceof HTMLSelectElement && fresh instanceof HTMLSelectElement) {
    const chosen = [...old.options].find((option) => option.defaultSelected) ?? old.options[0];
    if (chosen && !chosen.selected) chosen.selected = true;
  }
}

/** A later sibling that is the same, where that can be told. @param {ChildNode | null} from @param {ChildNode} wanted */
function later(from, wanted) {
  if (!keyOf(wanted)) return null;
  for (let node = from?.nextSibling ?? null; node; node = node.nextSibling) if (isSame(node, wanted)) return node;
  return null;
}

/** @param {ChildNode} a @param {ChildNode} b */
function isSame(a, b) {
  return a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

/** What tells an element from its like: its id, or name and value of the control it is or holds. @param {ChildNode} node */
function keyOf(node) {
  if (!(node instanceof Element)) return "";
  const control = node instanceof HTMLLabelElement ? (node.querySelector("input") ?? node) : node;
  if (control.id) return control.id;
  return ["name", "value", "for"]
    .map((name) => control.getAttribute(name) ?? "")
    .join("=")
    .replace(/^=+$/, "");
}
