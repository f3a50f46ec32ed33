// Places in the body of a function from which on its code may be left out: an arm of a branch, or
// the rest of a block behind a statement that may leave it.

import binaryen from "binaryen";

const { Block, Drop, If, LocalSet, Loop } = binaryen;
const LEAVING = new Set([binaryen.BlockId, binaryen.BreakId, binaryen.IfId, binaryen.LoopId]);

/** An arm of an `if`. */
class Arm {
  constructor(branch, get, set) {
    Object.assign(this, { branch, get, set });
  }

  get size() {
    return statements(this.get(this.branch));
  }

  mark(module, marking) {
    const arm = this.get(this.branch);
    this.set(this.branch, module.block(null, [marking, arm], binaryen.getExpressionType(arm)));
  }

  cut(expression) {
    this.set(this.branch, expression);
  }
}

/** The rest of a block. */
class Rest {
  constructor(block, from) {
    Object.assign(this, { block, from });
  }

  get size() {
    let size = 0;
    for (let at = this.from; at < Block.getNumChildren(this.block); at += 1) {
      size += statements(Block.getChildAt(this.block, at));
    }
    return size;
  }

  mark(module, marking) {
    Block.insertChildAt(this.block, this.from, marking);
  }

  cut(expression) {
    for (let last = Block.getNumChildren(this.block) - 1; last >= this.from; last -= 1) {
      Block.removeChildAt(this.block, last);
    }
    Block.appendChild(this.block, expression);
  }
}

/**
 * Returns the places of an expression, always in the same order: those inside of another one before
 * it, and those of a block from its end, so that to change one leaves those behind it in the list
 * as they are.
 */
export function placesOf(expression, found = []) {
  switch (binaryen.getExpressionId(expression)) {
    case binaryen.BlockId: {
      const rests = [];
      const children = Block.getNumChildren(expression);
      for (let at = 0; at < children; at += 1) {
        const child = Block.getChildAt(expression, at);
        placesOf(child, found);
        if (at + 1 < children && LEAVING.has(binaryen.getExpressionId(child))) {
          rests.unshift(new Rest(expression, at + 1));
        }
      }
      found.push(...rests);
      break;
    }
    case binaryen.IfId:
      for (const [get, set] of [
        [If.getIfTrue, If.setIfTrue],
        [If.getIfFalse, If.setIfFalse],
      ]) {
        const arm = get(expression);
        if (arm) {
          placesOf(arm, found);
          found.push(new Arm(expression, get, set));
        }
      }
      break;
    case binaryen.LoopId:
      placesOf(Loop.getBody(expression), found);
      break;
    case binaryen.LocalSetId:
      placesOf(LocalSet.getValue(expression), found);
      break;
    case binaryen.DropId:
      placesOf(Drop.getValue(expression), found);
      break;
    default:
  }
  return found;
}

/** Returns the number of statements: of calls, stores and the like that are not blocks. */
function statements(expression) {
  switch (binaryen.getExpressionId(expression)) {
    case binaryen.BlockId: {
      let size = 0;
      for (let at = 0; at < Block.getNumChildren(expression); at += 1) {
        size += statements(Block.getChildAt(expression, at));
      }
      return size;
    }
    case binaryen.IfId: {
      const other = If.getIfFalse(expression);
      return 1 + statements(If.getIfTrue(expression)) + (other ? statements(other) : 0);
    }
    case binaryen.LoopId:
      return 1 + statements(Loop.getBody(expression));
    default:
      return 1;
  }
}
