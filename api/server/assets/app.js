// Two conveniences; the pages work without them: clients as one types, and copying the wording of an offer.
"use strict";

for (const input of document.querySelectorAll("input[data-search]")) suggest(input);
for (const button of document.querySelectorAll("button[data-copy]")) copies(button);

function suggest(input) {
  const list = document.createElement("ul");
  list.className = "list";
  list.id = input.id + "-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(name, value);

  let timer, asked, at = -1;

  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (item) => { input.value = item.dataset.value; close(); input.focus(); };
  const mark = (next) => {
    const items = [...list.children];
    if (!items.length) return;
    at = (next + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    items[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[at].id);
  };
  const show = (hits) => {
    list.replaceChildren(...hits.map((hit, place) => {
      const item = document.createElement("li");
      item.id = list.id + "-" + place;
      item.dataset.value = hit.value;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const detail = document.createElement("span");
      detail.textContent = hit.detail;
      item.append(hit.name, detail);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
      return item;
    }));
    at = -1;
    list.hidden = !hits.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    asked?.abort();
    const words = input.value.trim();
    if (!words) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(input.dataset.search + "?q=" + encodeURIComponent(words), { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) { ask(); event.preventDefault(); }
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") { mark(at + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { mark(at - 1); event.preventDefault(); }
    else if (event.key === "Escape") { close(); event.preventDefault(); }
    else if (event.key === "Enter" && at >= 0) { choose(list.children[at]); event.preventDefault(); }
  });
}

function copies(button) {
  const says = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const wording = document.getElementById(button.dataset.copy);
    await copy(wording);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = says; }, 1600);
  });
}

// Browsers keep the clipboard from pages without TLS; the selection still works there.
async function copy(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  const selection = getSelection();
  selection.selectAllChildren(element);
  document.execCommand("copy");
  selection.removeAllRanges();
}
