// Makes the full and the small module of the one that the linker made with symbols and relocations:
//
//   node split.js LINKED FULL [SMALL]
//
// The full one has the same functions without names, symbols and relocations. The small one keeps
// the functions that the questions of profile.js run. Each other function sets the exported global
// `tailproof_deferred` and traps, and so does each piece of code that they do not run in functions
// whose branches depend on the kinds of terms. Data that no kept function refers to is zero. Then
// it is optimised.
//
// Where the small module answers, it answers as the full one: it has the same code. Its answers to
// the questions are compared here.

import { deepStrictEqual } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

import binaryen from "binaryen";

import { Engine } from "../verifier/src/engine.js";
import { linked, stripped } from "./linked.js";
import { placesOf } from "./places.js";
import { ask } from "./profile.js";

/** Least statements of a piece of code that is left out of a function that is kept. */
const PIECE = 3;
/** The first crate in a name of Rust's v0 mangling, which has the function, with what follows. */
const CRATE = /C(?:s[0-9A-Za-z]*_)?\d+_?([a-z][a-z0-9_]*)/;
/**
 * Functions of which pieces may be left out: our own, those of the parsers of TOML and JSON, and
 * generic ones that hold code of ours. Their branches depend on the kinds of terms. Branches of
 * arithmetic, of numbers as texts, of maps and of the allocator depend on figures, so that these are
 * kept whole or not at all.
 */
const OF_KINDS = /^(?:tailproof_|toml|serde_json|core(?:4iter|3ptr|6option|6result))/;
/** Functions of ours whose branches depend on figures. */
const OF_FIGURES = /poseidon|scenario_point|fixed_point|distributions|credit|draws|measures|4text|5field/;

const hasPieces = (name) => OF_KINDS.test(CRATE.exec(name)?.[1] ?? "") && !OF_FIGURES.test(name);

const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
// Those that the compiler takes to be there.
const FEATURES = BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt;

function moduleOf(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  return module;
}

/** Returns the bodies and the places of the functions in the order of the file. */
function functionsOf(module, names) {
  const count = module.getNumFunctions();
  if (count !== names.length) {
    throw new Error(`the module has ${count} functions, and symbols of ${names.length}`);
  }
  return names.map((name, number) => {
    const reference = module.getFunctionByIndex(number);
    const places = hasPieces(name) ? placesOf(binaryen.Function.getBody(reference)) : [];
    return { reference, places };
  });
}

/** Returns which functions and places the questions run: numbers in the order of `functionsOf`. */
function profiled(bytes, names) {
  const module = moduleOf(bytes);
  const functions = functionsOf(module, names);
  module.addFunctionImport("mark", "profile", "mark", binaryen.i32, binaryen.none);
  let number = 0;
  const marking = () => module.call("mark", [module.i32.const(number++)], binaryen.none);
  for (const { reference, places } of functions) {
    const first = marking();
    places.forEach((place) => place.mark(module, marking()));
    const { results } = binaryen.getFunctionInfo(reference);
    binaryen.Function.setBody(reference, module.block(null, [first, binaryen.Function.getBody(reference)], results));
  }
  const compiled = new WebAssembly.Module(module.emitBinary());
  module.dispose();
  const run = new Set();
  const answers = ask(() => new Engine(compiled, { profile: { mark: (place) => run.add(place) } }));
  return { run, answers };
}

/** Returns the module with zeros for the data that none of the kept functions refers to. */
function withoutData(bytes, { data, references }, kept) {
  const reached = new Set();
  const waiting = references.ofFunctions.filter((_, number) => kept.has(number)).flat();
  while (waiting.length > 0) {
    const place = waiting.pop();
    if (!reached.has(place)) {
      reached.add(place);
      waiting.push(...references.ofData[place]);
    }
  }
  const left = Buffer.from(bytes);
  data.forEach(({ start, end }, place) => reached.has(place) || left.fill(0, start, end));
  return left;
}

/** Returns the small module, and how much was left out. */
function small(bytes, object, run) {
  const names = object.functions.map(({ name }) => name ?? "");
  // A first mark is of a function, and those behind it are of its places.
  const counts = functionsOf(moduleOf(stripped(bytes)), names).map(({ places }) => places.length);
  const kept = new Set();
  let number = 0;
  const marks = counts.map((count, of) => {
    const first = number;
    number += 1 + count;
    if (run.has(first)) {
      kept.add(of);
    }
    return first;
  });
  const module = moduleOf(stripped(withoutData(bytes, object, kept)));
  module.addGlobal("deferred", binaryen.i32, true, module.i32.const(0));
  module.addGlobalExport("deferred", "tailproof_deferred");
  const deferral = () => module.block(null, [module.global.set("deferred", module.i32.const(1)), module.unreachable()]);
  let pieces = 0;
  functionsOf(module, names).forEach(({ reference, places }, of) => {
    if (!kept.has(of)) {
      binaryen.Function.setBody(reference, deferral());
      return;
    }
    places.forEach((place, at) => {
      if (!run.has(marks[of] + 1 + at) && place.size >= PIECE) {
        place.cut(deferral());
        pieces += 1;
      }
    });
  });
  if (!module.validate()) {
    throw new Error("the small module is not valid");
  }
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  module.optimize();
  const made = module.emitBinary();
  return { made, said: `${kept.size} of ${names.length} functions, without ${pieces} pieces of these` };
}

const [from, fullName, smallName] = process.argv.slice(2);
const bytes = readFileSync(from);
const object = linked(bytes);
const plain = stripped(bytes);
// Numbers have room for the linker's relocations in them. binaryen writes them anew, and nothing
// else.
writeFileSync(fullName, moduleOf(plain).emitBinary());
if (smallName) {
  const { run, answers } = profiled(plain, object.functions.map(({ name }) => name ?? ""));
  const { made, said } = small(bytes, object, run);
  const compiled = new WebAssembly.Module(made);
  deepStrictEqual(ask(() => new Engine(compiled)), answers);
  writeFileSync(smallName, made);
  console.log(`small module: ${said}; ${answers.length} answers are those of the full one`);
}
