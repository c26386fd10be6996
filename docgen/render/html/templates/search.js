"use strict";
(() => {
  const input = document.querySelector("input[name=q]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
  if (window.matchMedia("(max-width: 60rem)").matches) {
    for (const details of document.querySelectorAll("nav details")) details.open = false;
  }
  const data = document.getElementById("index");
  if (!data) return;
  const entries = JSON.parse(data.textContent);
  const found = document.getElementById("found");
  const list = found.querySelector("ol");
  const count = found.querySelector("p");
  const SHOWN = 50;

  // Smaller is nearer; Infinity is no match.
  const distance = (words, [name, , , summary]) => {
    const path = name.toLowerCase();
    const last = path.slice(path.lastIndexOf(".") + 1);
    const text = summary.toLowerCase();
    let sum = 0;
    for (const word of words) {
      if (last === word || path === word) sum += 0;
      else if (last.startsWith(word)) sum += 1;
      else if (last.includes(word)) sum += 2;
      else if (path.includes(word)) sum += 3;
      else if (text.includes(word)) sum += 5;
      else return Infinity;
    }
    return sum + path.length / 1000;
  };

  const row = ([name, role, href, summary]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const code = document.createElement("code");
    const kind = document.createElement("span");
    const text = document.createElement("p");
    code.textContent = name;
    kind.textContent = role;
    text.textContent = summary;
    link.href = href;
    link.append(code);
    item.append(link, " ", kind, text);
    return item;
  };

  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const near = words.length
      ? entries.map((entry) => [distance(words, entry), entry]).filter(([far]) => far < Infinity)
      : [];
    near.sort((a, b) => a[0] - b[0]);
    // What has several public names is one place: the nearest name speaks for it.
    const places = new Set();
    const hits = near.filter(([, entry]) => !places.has(entry[2]) && places.add(entry[2]));
    list.replaceChildren(...hits.slice(0, SHOWN).map(([, entry]) => row(entry)));
    const more = hits.length > SHOWN ? `, the nearest ${SHOWN} are shown` : "";
    count.textContent = hits.length === 1 ? "1 match" : `${hits.length || "no"} matches${more}`;
    found.hidden = !words.length;
    document.getElementById("modules").hidden = Boolean(words.length);
  };

  input.addEventListener("input", search);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  input.value = new URLSearchParams(location.search).get("q") || "";
  search();
})();
