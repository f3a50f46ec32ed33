// A linked module with its symbols and relocations, as the linker leaves them with --emit-relocs.
// The format is that of WebAssembly's tool conventions (Linking.md), version 2.

const CUSTOM = 0;
const CODE = 10;
const DATA = 11;

/** Kinds of symbols that have an index, and those of data. */
const SYMBOL = { FUNCTION: 0, DATA: 1, SECTION: 3 };
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;
/** Addresses of data: in code as LEB128, unsigned or signed, and in data as four bytes. */
const ADDRESS = new Set([3, 4, 5]);
/** An address of data from a base that is not known, in code of no fixed place: not followed. */
const RELATIVE_ADDRESS = 11;
/** Relocations with an addend: those of addresses and offsets. None is of memories of 64 bits. */
const WITH_ADDEND = new Set([3, 4, 5, 8, 9]);
const WITHOUT_ADDEND = new Set([0, 1, 2, 6, 7, 10, 13, 20]);

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        return value;
      }
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  list(read) {
    return Array.from({ length: this.number() }, () => read.call(this));
  }
}

/**
 * Reads a linked module.
 *
 * Returns `functions`: the first byte, the end and the name of each; `data`: the first byte and the
 * end of each of the data; and `references`, `ofFunctions` and `ofData`: for each of these, the
 * numbers of the data whose addresses it holds. Bytes are counted from the start of the file.
 *
 * Throws if it has no symbols or relocations, or others than a module without imported functions
 * has, or an address that is not followed.
 */
export function linked(bytes) {
  const sections = sectionsOf(bytes);
  const index = (id) => sections.findIndex((section) => section.id === id);
  const [code, data] = [index(CODE), index(DATA)];
  const functions = functionsOf(new Reader(bytes, sections[code].start));
  const segments = segmentsOf(new Reader(bytes, sections[data].start));
  const custom = (name) => sections.filter((section) => section.name === name);
  const [linking] = custom("linking");
  if (!linking) {
    throw new Error("the module has no symbols: link it with --emit-relocs, and do not strip it");
  }
  const symbols = symbolsOf(new Reader(bytes, linking.body), linking.end);
  const ofSymbol = new Map();
  for (const [number, symbol] of symbols.entries()) {
    if (symbol.kind === SYMBOL.FUNCTION) {
      functions[symbol.index].name ??= symbol.name;
    } else if (symbol.kind === SYMBOL.DATA && symbol.size > 0) {
      const start = segments[symbol.segment].start + symbol.offset;
      ofSymbol.set(number, { start, end: start + symbol.size });
    }
  }
  const places = apart([...ofSymbol.values()]);
  const placeOf = (symbol) => (ofSymbol.has(symbol) ? [holder(places, ofSymbol.get(symbol).start)] : []);

  const references = { ofFunctions: functions.map(() => []), ofData: places.map(() => []) };
  for (const [name, section, holders, held] of [
    ["reloc.CODE", code, functions, references.ofFunctions],
    ["reloc.DATA", data, places, references.ofData],
  ]) {
    for (const { body, end } of custom(name)) {
      for (const { type, offset, symbol } of relocationsOf(new Reader(bytes, body), end, section)) {
        if (ADDRESS.has(type)) {
          held[holder(holders, sections[section].start + offset)].push(...placeOf(symbol));
        }
      }
    }
  }
  return { functions, data: places, references };
}

/** Returns the bytes of a module without its custom sections. */
export function stripped(bytes) {
  const kept = sectionsOf(bytes).filter(({ id }) => id !== CUSTOM);
  return Buffer.concat([bytes.subarray(0, 8), ...kept.map(({ head, end }) => bytes.subarray(head, end))]);
}

function sectionsOf(bytes) {
  const reader = new Reader(bytes, 8);
  const sections = [];
  while (reader.at < bytes.length) {
    const head = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const section = { id, head, start: reader.at, end: reader.at + length };
    if (id === CUSTOM) {
      section.name = reader.text();
      section.body = reader.at;
    }
    sections.push(section);
    reader.at = section.end;
  }
  return sections;
}

function functionsOf(reader) {
  return reader.list(() => {
    const length = reader.number();
    const start = reader.at;
    reader.at += length;
    return { start, end: reader.at, name: undefined };
  });
}

function segmentsOf(reader) {
  return reader.list(() => {
    // Active, in memory 0, at a constant: `i32.const`, a LEB128, `end`.
    if (reader.number() !== 0 || reader.byte() !== 0x41) {
      throw new Error("a segment of data is not active at a constant address");
    }
    reader.number();
    if (reader.byte() !== 0x0b) {
      throw new Error("a segment of data has no constant address");
    }
    const length = reader.number();
    const start = reader.at;
    reader.at += length;
    return { start };
  });
}

function symbolsOf(reader, end) {
  if (reader.number() !== 2) {
    throw new Error("the symbols are of another version than 2");
  }
  while (reader.at < end) {
    const type = reader.byte();
    const length = reader.number();
    const next = reader.at + length;
    if (type === 8) {
      return reader.list(symbol);
    }
    reader.at = next;
  }
  throw new Error("there is no table of symbols");
}

function symbol() {
  const [kind, flags] = [this.byte(), this.number()];
  const isDefined = (flags & UNDEFINED) === 0;
  if (kind === SYMBOL.DATA) {
    const name = this.text();
    const [segment, offset, size] = isDefined ? [this.number(), this.number(), this.number()] : [0, 0, 0];
    return { kind, name, segment, offset, size };
  }
  if (kind === SYMBOL.FUNCTION && !isDefined) {
    throw new Error("the module imports a function");
  }
  const index = this.number();
  const isNamed = kind !== SYMBOL.SECTION && (isDefined || (flags & EXPLICIT_NAME) !== 0);
  return { kind, index, name: isNamed ? this.text() : undefined };
}

function relocationsOf(reader, end, section) {
  if (reader.number() !== section) {
    throw new Error("relocations are of another section");
  }
  const relocations = reader.list(() => {
    const [type, offset, symbol] = [reader.byte(), reader.number(), reader.number()];
    if (type === RELATIVE_ADDRESS) {
      throw new Error(
        `a relocation is of type ${type} (MEMORY_ADDR_REL_SLEB), an address that is not followed: ` +
          "link no code that is independent of its position",
      );
    }
    if (WITH_ADDEND.has(type)) {
      // Its value does not matter: an address is of its symbol.
      reader.number();
    } else if (!WITHOUT_ADDEND.has(type)) {
      throw new Error(`relocations of type ${type} are not known`);
    }
    return { type, offset, symbol };
  });
  if (reader.at !== end) {
    throw new Error("relocations have another length");
  }
  return relocations;
}

/** Returns ranges in order, those that overlap as one: two symbols may name the same data. */
function apart(ranges) {
  const found = [];
  for (const { start, end } of ranges.sort((one, other) => one.start - other.start)) {
    const last = found.at(-1);
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
    } else {
      found.push({ start, end });
    }
  }
  return found;
}

/** Returns the number of the one that has the byte, of a list in order. */
function holder(list, byte) {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    [low, high] = list[middle].start <= byte ? [middle, high] : [low, middle - 1];
  }
  if (byte < list[low].start || byte >= list[low].end) {
    throw new Error(`a relocation at byte ${byte} is in no symbol`);
  }
  return low;
}
