/**
 * Makes an element's content equal to some HTML by changing only what differs: what has the focus keeps it, what is
 * open stays open, and nothing is read out twice.
 *
 * @param {Element} target
 * @param {string} html as the exporter escaped it
 */
export function morph(target, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  matchChildren(target, template.content);
}

/**
 * @param {Node} known
 * @param {Node} wanted
 */
function matchChildren(known, wanted) {
  const before = [...known.childNodes];
  const after = [...wanted.childNodes];
  for (const [index, node] of after.entries()) {
    const there = before[index];
    if (there === undefined) known.appendChild(node);
    else matchNode(there, node);
  }
  for (const node of before.slice(after.length)) node.remove();
}

/**
 * @param {ChildNode} known
 * @param {Node} wanted
 */
function matchNode(known, wanted) {
  if (known instanceof Text && wanted instanceof Text) {
    if (known.data !== wanted.data) known.data = wanted.data;
  } else if (known instanceof Element && wanted instanceof Element && isSame(known, wanted)) {
    matchAttributes(known, wanted);
    // What the page's script has put in there stays.
    if (!wanted.hasAttribute("data-keep") && !wanted.hasAttribute("data-since")) matchChildren(known, wanted);
  } else {
    known.replaceWith(wanted);
  }
}

/**
 * @param {Element} known
 * @param {Element} wanted
 */
function isSame(known, wanted) {
  return known.nodeName === wanted.nodeName && known.getAttribute("data-link") === wanted.getAttribute("data-link");
}

/**
 * @param {Element} known
 * @param {Element} wanted
 */
function matchAttributes(known, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (known.getAttribute(name) !== value) known.setAttribute(name, value);
  }
  for (const name of known.getAttributeNames()) {
    if (name !== "open" && !wanted.hasAttribute(name)) known.removeAttribute(name);
  }
}
