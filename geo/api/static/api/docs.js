// The try-it page: a form's answer is shown below it, with the address to copy. Without this script a form opens the answer.

const LONGEST = 20_000;

/**
 * Return the address a form asks for: empty fields left out, path parameters put in their places.
 * @param {HTMLFormElement} form
 */
function addressOf(form) {
  let path = form.dataset.path ?? "";
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input, select")) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
    const value = field.value.trim();
    if ("inPath" in field.dataset) path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value) query.set(field.name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * @param {SubmitEvent} event
 */
async function tryIt(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const output = form.querySelector("output");
  const body = output?.querySelector("pre");
  const status = output?.querySelector("[data-status]");
  const shown = output?.querySelector("[data-address]");
  if (!output || !body || !status || !shown) return;
  const address = addressOf(form);
  output.hidden = false;
  shown.textContent = `curl '${address}'`;
  status.textContent = "…";
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    const type = answer.headers.get("Content-Type") ?? "";
    status.textContent = `${answer.status} ${answer.statusText} · ${type}`;
    const text = /json|text/.test(type) ? await answer.text() : "";
    const pretty = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 1) : text;
    body.textContent = pretty.length > LONGEST ? `${pretty.slice(0, LONGEST)}…` : pretty;
  } catch (error) {
    status.textContent = String(error);
  }
}

document.addEventListener("submit", tryIt);
