// The page: files and values in, a verdict out. Nothing is kept, and nothing leaves the browser.

import { Checker, moduleDigest } from "./checker.js";
import { filesOfDrop, filesOfInput } from "./drop.js";
import { byId, el } from "./elements.js";
import { fetched } from "./fetched.js";
import { Form } from "./form.js";
import { KINDS } from "./kinds.js";
import { readLink } from "./link.js";
import { shown } from "./names.js";
import { inWords } from "./outcome.js";
import { isUnknown, questionOf } from "./question.js";
import { Shelf } from "./shelf.js";
import { partsOf } from "./verdict.js";

/** Milliseconds without a change before a check begins. */
const PAUSE = 200;
const READING = "The files are being read.";

const checker = new Checker();
const form = new Form(changed);
let shelf = new Shelf();
let link = readLink(new URL(location.href));
/** Number of the state that is shown: an answer to an earlier one is not. */
let turn = 0;

/** Shows that the verdict of before is none of the present files, and checks after a pause. */
function changed() {
  turn += 1;
  byId("parts").replaceChildren();
  showFiles();
  if (shelf.isReading) {
    // What is missing is known when the files are there, which is a change of its own.
    wait(READING);
    return;
  }
  const { missing } = questionNow();
  if (missing) {
    const isEmpty = shelf.files.length === 0 && link.problems.length === 0;
    const [level, word] = isEmpty ? ["none", "NOTHING CHECKED"] : ["open", "NOT CHECKED"];
    say({ level, word, sentence: missing.length === 1 ? "" : "Several things are missing.", warnings: missing });
    return;
  }
  const isSlow = shelf.files.some(({ isHalo2 }) => isHalo2);
  wait(isSlow ? "The key is derived from its circuit, which may take a minute." : "The answer takes a moment.");
  const mine = turn;
  setTimeout(() => mine === turn && check(mine), PAUSE);
}

/** Takes the verdict of before away, until there is another. */
function wait(sentence) {
  turn += 1;
  byId("parts").replaceChildren();
  say({ level: "none", word: "CHECKING", sentence, warnings: [] });
}

function questionNow() {
  const state = { files: shelf.files, values: form.values, unconfirmed: form.unconfirmed, problems: link.problems };
  return questionOf(state, new Date());
}

async function check(mine) {
  const { question } = questionNow();
  const outcome = await checker.check(question);
  if (mine !== turn) {
    return;
  }
  say(inWords(outcome));
  byId("parts").replaceChildren(...partsOf(outcome, question, new Date()));
}

/** Shows word, sentence and warnings; a screen reader hears them when they have changed. */
function say({ level, word, strip = word, sentence, warnings }) {
  const text = JSON.stringify([level, word, sentence, warnings]);
  if (byId("verdict").dataset.said === text) {
    return;
  }
  byId("verdict").dataset.said = text;
  for (const id of ["verdict", "strip"]) {
    byId(id).dataset.level = level;
  }
  byId("strip-word").textContent = strip;
  byId("sentence").replaceChildren(
    el("p", { class: "sentence" }, el("strong", {}, `${word}${sentence === "" ? "" : ": "}`), sentence),
    ...(warnings.length > 0
      ? [
          el(
            "ul",
            { class: "warnings" },
            warnings.map((warning) => el("li", {}, shown(warning))),
          ),
        ]
      : []),
  );
}

function showFiles() {
  const row = (one) => {
    const { id, kind, file, name } = one;
    const remove = () => {
      shelf.remove(id);
      changed();
      byId("choose").focus();
    };
    return el(
      "li",
      {},
      el("span", { class: "kind" }, KINDS[kind].called),
      el("bdi", { class: "name" }, shown(name)),
      el("span", { class: "small" }, `${file.size.toLocaleString("en")} bytes`),
      el("button", { type: "button", onclick: remove, "aria-label": `Remove ${shown(name)}` }, "Remove"),
      (one.confirmed || isUnknown(one, form.values)) && confirmation(one),
    );
  };
  byId("files").replaceChildren(...shelf.files.map(row));
  byId("again").hidden = shelf.files.length === 0 && link.files.length === 0 && link.problems.length === 0;
}

/** A box to confirm a file of the link. */
function confirmation(file) {
  const id = `confirm-${file.id}`;
  const onchange = () => {
    file.confirmed = byId(id).checked;
    changed();
    byId(id)?.focus();
  };
  const box = el("input", { id, type: "checkbox", onchange });
  box.checked = file.confirmed;
  return el(
    "label",
    { class: "confirm" },
    box,
    el("span", {}, "It came with the link. I know it from somebody other than the prover."),
  );
}

function notify(notices) {
  const line = ({ name, text }) =>
    el("li", { class: "open" }, el("bdi", { class: "name" }, shown(name)), `: ${shown(text)}`);
  byId("notices").replaceChildren(...notices.map(line));
}

/** Adds files, and shows notices: those of the shelf, and `more`. */
async function add(files, { ofLink = false, more = [] } = {}) {
  const mine = shelf;
  wait(READING);
  const notices = await mine.add(files, ofLink);
  if (mine === shelf) {
    notify([...notices, ...more]);
    changed();
  }
}

/** Shows the files that the link names. They are asked for when the reader says so. */
function showLink() {
  const names = link.files.map(({ name }) => el("li", {}, el("bdi", {}, shown(name))));
  const isCopy = location.protocol === "file:";
  const get = async () => {
    button.disabled = true;
    const mine = link;
    const { files, notices } = await fetched(mine.files);
    if (mine === link) {
      await add(files, { ofLink: true, more: notices });
    }
    button.disabled = false;
  };
  const button = el("button", { type: "button", onclick: get }, `Fetch them from ${location.host}`);
  byId("link").hidden = link.files.length === 0;
  byId("link").replaceChildren();
  if (link.files.length === 0) {
    return;
  }
  byId("link").append(
    el("h3", {}, "The link names files"),
    el("ul", {}, names),
    isCopy
      ? el("p", {}, "This copy of the page was opened from a file, and can fetch nothing: add the files yourself.")
      : button,
  );
}

/** Begins anew with what a link says. */
function begin(next) {
  link = next;
  shelf = new Shelf();
  form.reset(link.values);
  notify([]);
  showLink();
  changed();
}

byId("choose").addEventListener("click", () => byId("input").click());
byId("input").addEventListener("change", async () => {
  const files = filesOfInput(byId("input").files);
  // The same file may be chosen again after it was changed.
  byId("input").value = "";
  await add(files);
});
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    byId("choose").classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) {
    byId("choose").classList.remove("over");
  }
});
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  byId("choose").classList.remove("over");
  await add(await filesOfDrop(event.dataTransfer));
});
byId("again").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname);
  begin({ files: [], values: {}, problems: [] });
  byId("choose").focus();
});
addEventListener("hashchange", () => begin(readLink(new URL(location.href))));
byId("strip").addEventListener("click", (event) => {
  // The address keeps what the link says.
  event.preventDefault();
  byId("verdict").focus();
  byId("verdict").scrollIntoView();
});

begin(link);
moduleDigest().then(
  (digest) => {
    byId("module").textContent = digest ?? "not computed: browsers compute digests on pages of https and of files";
  },
  () => {
    byId("module").textContent = "not unpacked: this browser is too old for the page";
  },
);
