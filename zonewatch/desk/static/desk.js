// What a script adds to pages that work without: the reader's own hours, and single keys.
"use strict";

(() => {
  const PREFERENCE = "zonewatch-single-keys";

  function ownHours() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (["Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC"].includes(zone)) return;
    const written = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
    for (const time of document.querySelectorAll("time[datetime]")) {
      const yours = document.createElement("span");
      yours.className = "yours";
      yours.textContent = ` ${written.format(new Date(time.dateTime))} ${document.body.dataset.yours}`;
      time.append(yours);
    }
  }

  function keysAreOn() {
    try { return localStorage.getItem(PREFERENCE) !== "off"; } catch { return true; }
  }

  function keySwitch() {
    const box = document.getElementById("single-keys");
    if (!box) return;
    box.checked = keysAreOn();
    box.addEventListener("change", () => {
      try { localStorage.setItem(PREFERENCE, box.checked ? "on" : "off"); } catch { /* it holds for this page */ }
    });
  }

  function rowLinks() { return [...document.querySelectorAll(".rows .name a")]; }

  function step(by) {
    const links = rowLinks();
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next].focus();
    return true;
  }

  function pressed(key) {
    const named = document.querySelector(`[data-key="${key}"]`);
    if (named instanceof HTMLFormElement) { named.requestSubmit(); return true; }
    if (named) { named.click(); return true; }
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    const field = document.querySelector(`[data-focus="${key}"]`);
    if (field) { field.focus(); return true; }
    if (key === "?") {
      const list = document.getElementById("keys");
      list.open = !list.open;
      if (list.open) list.querySelector("summary").focus();
      return true;
    }
    if (key === "/") { location.assign("/search"); return true; }
    return false;
  }

  const KEYS = new Set(["j", "k", "a", "d", "u", "?", "/"]);

  function onKey(event) {
    if (event.key === "Escape") {
      document.documentElement.classList.add("no-gloss");
      if (event.target instanceof HTMLElement && event.target.matches("input, textarea, select")) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || !KEYS.has(event.key)) return;
    if (event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]")) return;
    const box = document.getElementById("single-keys");
    if (box && !box.checked) return;
    if (pressed(event.key)) event.preventDefault();
  }

  document.documentElement.classList.add("enhanced");
  ownHours();
  keySwitch();
  document.addEventListener("keydown", onKey);
  document.addEventListener("mousemove", () => document.documentElement.classList.remove("no-gloss"), { passive: true });
})();
