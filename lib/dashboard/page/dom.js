// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Elements, made without a line of HTML: whatever comes from outside is text.
 */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} [attributes]
 *   Attributes by name; a function is a listener, true an empty attribute, false and null none.
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else setAttribute(element, name, value);
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/**
 * Sets an attribute where it differs.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Sets a text where it differs, so that nothing is drawn that did not change.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Finds an element of the page's own HTML.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new TypeError(`Cannot find element "${id}"`);
  return element;
}

const eventLog = byId("events");

/**
 * Shows an event for a moment; a screen reader reads it out.
 *
 * @param {string} text
 * @param {"good" | "bad" | "plain"} [kind]
 */
export function announce(text, kind = "plain") {
  const toast = h("p", { class: `toast ${kind}` }, text);
  eventLog.append(toast);
  while (eventLog.childElementCount > 3) eventLog.firstElementChild?.remove();
  setTimeout(() => toast.remove(), 7000);
}
