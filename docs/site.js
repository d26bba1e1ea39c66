// What the theme makes when a page is shown: each group of buttons next to code gets its own name, and code
// and tables that are wider than their box can be scrolled by keyboard (WCAG 2.1: 1.3.1, 2.1.1).
function makeAccessible() {
  document.querySelectorAll("nav.md-code__nav").forEach((buttons, index) => {
    if (!buttons.hasAttribute("aria-label")) {
      buttons.setAttribute("aria-label", `Code ${index + 1}`);
    }
  });
  for (const box of document.querySelectorAll("pre > code, .md-typeset__scrollwrap")) {
    if (box.tabIndex !== 0) {
      box.tabIndex = 0;
    }
  }
}

new MutationObserver(makeAccessible).observe(document.body, {
  attributeFilter: ["tabindex"],
  childList: true,
  subtree: true,
});
makeAccessible();
