/** Sharing a record: by the system's own sheet on a phone, else its permanent address is copied. */

/**
 * @param {HTMLElement} button with `data-url` and `data-copied`, what to say when it is copied
 * @param {string} title
 * @param {(words: string) => void} say
 */
export async function share(button, title, say) {
  const url = new URL(button.dataset.url ?? location.href, location.href).href;
  if (typeof navigator.share === "function" && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ title, url }).catch(() => {});
    return;
  }
  try {
    await navigator.clipboard.writeText(url);
    say(button.dataset.copied ?? url);
  } catch {
    say(url);
  }
}

/** Show what only works with a script. @param {ParentNode} within */
export function reveal(within) {
  for (const element of within.querySelectorAll(".only-script")) {
    if (element instanceof HTMLElement) element.hidden = false;
  }
}
