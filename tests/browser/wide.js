/* The parts of a page that stick out of the window and make it scroll sideways; nothing where it does not. */
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const out = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > room + 0.5 && !scrolls(element.parentElement)
  );
  return [`wider than ${room}`, ...out.slice(-3).map((element) => element.outerHTML.slice(0, 140))];
};
