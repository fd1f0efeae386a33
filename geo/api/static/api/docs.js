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
    if ("inHeader" in field.dataset) continue;
    if ("inPath" in field.dataset) path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value) query.set(field.name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * Return what is sent besides the address: a write has a method, the token, a body.
 * @param {HTMLFormElement} form
 * @returns {RequestInit & { headers: Record<string, string> }}
 */
function requestOf(form) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  const method = form.dataset.method;
  if (!method) return { headers };
  const token = document.querySelector("#token");
  if (token instanceof HTMLInputElement && token.value.trim())
    headers.Authorization = `Bearer ${token.value.trim()}`;
  for (const field of form.querySelectorAll("input[data-in-header]")) {
    if (field instanceof HTMLInputElement && field.value.trim()) headers[field.name] = field.value.trim();
  }
  const body = form.querySelector("textarea");
  if (form.dataset.media) headers["Content-Type"] = form.dataset.media;
  return { method, headers, body: body ? body.value : undefined };
}

/**
 * Return the command that asks the same; the token is left for whoever copies it to fill in.
 * @param {string} address
 * @param {RequestInit & { headers: Record<string, string> }} request
 */
function commandOf(address, request) {
  if (!request.method) return `curl '${address}'`;
  const { Accept: _accept, Authorization: token, ...others } = request.headers;
  const headers = Object.entries(others).map(([name, value]) => ` -H '${name}: ${value}'`);
  if (token) headers.unshift(" -H 'Authorization: Bearer …'");
  const body = request.body ? ` -d '${String(request.body).replaceAll("'", "'\\''")}'` : "";
  return `curl -X ${request.method}${headers.join("")}${body} '${address}'`;
}

/**
 * @param {SubmitEvent} event
 */
async function tryIt(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  if ("token" in form.dataset) return;
  const output = form.querySelector("output");
  const body = output?.querySelector("pre");
  const status = output?.querySelector("[data-status]");
  const shown = output?.querySelector("[data-address]");
  if (!output || !body || !status || !shown) return;
  const address = addressOf(form);
  const request = requestOf(form);
  output.hidden = false;
  shown.textContent = commandOf(address, request);
  status.textContent = "…";
  try {
    const answer = await fetch(address, { ...request, credentials: request.method ? "omit" : "same-origin" });
    const type = answer.headers.get("Content-Type") ?? "";
    const tag = answer.headers.get("ETag");
    status.textContent = `${answer.status} ${answer.statusText} · ${type}${tag ? ` · ETag ${tag}` : ""}`;
    const text = /json|text/.test(type) ? await answer.text() : "";
    const pretty = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 1) : text;
    body.textContent = pretty.length > LONGEST ? `${pretty.slice(0, LONGEST)}…` : pretty;
  } catch (error) {
    status.textContent = String(error);
  }
}

document.addEventListener("submit", tryIt);
