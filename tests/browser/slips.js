/* Slips of a page that a person with a screen reader, a keyboard or a small screen would meet; a list of sentences. */
() => {
  const found = [];
  const tell = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 140)}`);
  const named = (element) =>
    Boolean(
      (element.getAttribute("aria-label") || "").trim() ||
        (element.getAttribute("aria-labelledby") || "")
          .split(/\s+/)
          .some((id) => id && document.getElementById(id)?.textContent.trim())
    );
  const all = (selector) => [...document.querySelectorAll(selector)];

  for (const control of all("input:not([type=hidden]), select, textarea"))
    if (!named(control) && ![...control.labels].some((label) => label.textContent.trim()))
      tell("a field without a label", control);
  for (const control of all("a[href], button, summary"))
    if (!named(control) && !control.textContent.trim()) tell("a link or button without words", control);
  for (const label of all("label[for]"))
    if (!document.getElementById(label.htmlFor)) tell("a label of nothing", label);
  for (const fieldset of all("fieldset"))
    if (!named(fieldset) && !fieldset.querySelector(":scope > legend")?.textContent.trim())
      tell("a group without a legend", fieldset);

  for (const picture of all("img")) if (!picture.hasAttribute("alt")) tell("an image without a text", picture);
  for (const picture of all("svg"))
    if (!picture.closest("[aria-hidden=true]")) {
      const title = picture.querySelector(":scope > title")?.textContent.trim();
      if (!named(picture) && !title) tell("a drawing without a name", picture);
      else if (picture.getAttribute("role") !== (picture.querySelector("a") ? "group" : "img")) tell("a named drawing that is no image", picture);
    }

  const headings = all("h1, h2, h3, h4, h5, h6");
  if (headings.filter((heading) => heading.tagName === "H1").length !== 1) found.push("not exactly one h1");
  let level = 0;
  for (const heading of headings) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) tell(`h${own} after h${level}`, heading);
    if (!heading.textContent.trim()) tell("an empty heading", heading);
    level = own;
  }

  const ids = new Set();
  for (const element of all("[id]")) {
    if (ids.has(element.id)) tell("an id that is taken", element);
    ids.add(element.id);
  }
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"])
    for (const element of all(`[${name}]`))
      for (const id of element.getAttribute(name).split(/\s+/))
        if (id && !ids.has(id)) tell(`${name} of nothing`, element);
  for (const table of all("table"))
    if (!table.querySelector("th")) tell("a table without headings", table);
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  if (all("main").length !== 1) found.push("not exactly one main part");
  return found;
};
