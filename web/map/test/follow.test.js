// Following logs, against a node of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { follow, fresh } from "../src/chain/follow.js";

const A = `0x${"a".repeat(40)}`;
const B = `0x${"b".repeat(40)}`;
const hex = (number) => `0x${number.toString(16)}`;

/** A chain of blocks, each with the addresses whose contract logged in it. */
class Chain {
  blocks = [];
  asked = [];
  most = Infinity;

  constructor(...blocks) {
    blocks.forEach((addresses) => this.add(addresses));
  }

  add(addresses = [], fork = "0") {
    this.blocks.push({ addresses, hash: `${hex(this.blocks.length)}/${fork}` });
  }

  ask = async (method, [first]) => {
    if (method === "eth_getBlockByNumber") {
      const number = first === "latest" ? this.blocks.length - 1 : Number(first);
      const block = this.blocks[number];
      return block ? { number: hex(number), hash: block.hash, timestamp: hex(1_000 + number) } : null;
    }
    const [from, to] = [Number(first.fromBlock), Number(first.toBlock)];
    this.asked.push([first.address[2], from, to]);
    if (to - from + 1 > this.most) {
      throw new Error("range too large");
    }
    return this.blocks.flatMap(({ addresses, hash }, number) =>
      number < from || number > to
        ? []
        : addresses
            .filter((address) => address === first.address)
            .map((address, index) => ({ address, topics: [], data: "0x", blockNumber: hex(number), blockHash: hash, transactionHash: `tx${number}`, logIndex: hex(index) })),
    );
  };
}

const blocksOf = ({ state }) => state.logs.map(({ block }) => block).sort((one, other) => one - other);

test("a visit goes on where the last one ended", async () => {
  const chain = new Chain([], [A], [], [A]);
  const first = await follow(chain.ask, fresh(), { addresses: [A], from: 0 });
  assert.deepEqual(blocksOf(first), [1, 3]);
  assert.deepEqual(first.head, { number: 3, hash: "0x3/0", time: 1_003 });
  chain.add([A]);
  chain.asked = [];
  const second = await follow(chain.ask, first.state, { addresses: [A], from: 0 });
  assert.deepEqual(blocksOf(second), [1, 3, 4]);
  assert.deepEqual(chain.asked, [["a", 4, 4]]);
  assert.deepEqual(blocksOf(first), [1, 3], "an earlier state is left as it is");
  chain.asked = [];
  await follow(chain.ask, second.state, { addresses: [A], from: 0 });
  assert.deepEqual(chain.asked, []);
});

test("ranges are as long as they may be, and halved where a node refuses", async () => {
  const chain = new Chain(...Array.from({ length: 9 }, () => [A]));
  const found = await follow(chain.ask, fresh(), { addresses: [A], from: 2, range: 4 });
  assert.deepEqual(blocksOf(found), [2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(chain.asked, [["a", 2, 5], ["a", 6, 8]]);
  chain.most = 2;
  assert.deepEqual(blocksOf(await follow(chain.ask, fresh(), { addresses: [A], from: 2, range: 4 })), [2, 3, 4, 5, 6, 7, 8]);
  chain.most = 0;
  await assert.rejects(follow(chain.ask, fresh(), { addresses: [A], from: 0 }), /range too large/);
});

test("a node that cannot be reached is not asked for halves", async () => {
  let calls = 0;
  const chain = new Chain([], [], []);
  const ask = async (method, params) => {
    if (method === "eth_getLogs") {
      calls += 1;
      throw Object.assign(new Error("the node does not answer"), { isUnreachable: true });
    }
    return chain.ask(method, params);
  };
  await assert.rejects(follow(ask, fresh(), { addresses: [A], from: 0 }), /does not answer/);
  assert.equal(calls, 1);
});

test("a contract that a log names is followed from the first block", async () => {
  const chain = new Chain([B], [A], [B]);
  const more = (logs) => (logs.some(({ address }) => address === A) ? [B] : []);
  const found = await follow(chain.ask, fresh(), { addresses: [A], from: 0, more });
  assert.deepEqual(blocksOf(found), [0, 1, 2]);
  chain.add([B]);
  assert.deepEqual(blocksOf(await follow(chain.ask, found.state, { addresses: [A], from: 0, more })), [0, 1, 2, 3]);
});

test("blocks that were replaced are read again from the last one that is still there", async () => {
  const chain = new Chain([], [A], [], [A], [A]);
  const { state } = await follow(chain.ask, fresh(), { addresses: [A], from: 0 });
  chain.blocks.length = 3;
  chain.add([], "1");
  chain.add([A], "1");
  chain.add([A], "1");
  const found = await follow(chain.ask, state, { addresses: [A], from: 0 });
  assert.deepEqual(blocksOf(found), [1, 4, 5]);
  assert.equal(found.takenBack, 2);
  assert.ok(found.state.logs.every(({ block, blockHash }) => chain.blocks[block].hash === blockHash));

  const other = new Chain([], [A], [A]);
  other.blocks.forEach((block) => {
    block.hash += "/other";
  });
  const again = await follow(other.ask, found.state, { addresses: [A], from: 0 });
  assert.deepEqual(blocksOf(again), [1, 2]);
  assert.equal(again.takenBack, 3);
});

test("a shorter chain of other blocks is a reorganisation, and one of the same blocks is a node behind", async () => {
  const chain = new Chain([], [A], [A], [A]);
  const { state } = await follow(chain.ask, fresh(), { addresses: [A], from: 0 });
  chain.blocks.length = 3;
  const behind = await follow(chain.ask, state, { addresses: [A], from: 0 });
  assert.deepEqual([behind.behind, blocksOf(behind)], [true, [1, 2, 3]]);
  chain.blocks.length = 2;
  chain.add([A], "1");
  const replaced = await follow(chain.ask, state, { addresses: [A], from: 0 });
  assert.deepEqual([replaced.behind, blocksOf(replaced), replaced.takenBack], [false, [1, 2], 2]);
});

test("a chain that changes while it is read is read again", async () => {
  const chain = new Chain([], [A]);
  let left = 1;
  const ask = async (method, params) => {
    const answer = await chain.ask(method, params);
    if (method === "eth_getLogs" && left-- > 0) {
      chain.blocks[1].hash = "0x1/1";
    }
    return answer;
  };
  const found = await follow(ask, fresh(), { addresses: [A], from: 0 });
  assert.deepEqual(found.state.logs.map(({ blockHash }) => blockHash), ["0x1/1"]);
  left = Infinity;
  let fork = 1;
  const restless = async (method, params) => {
    const answer = await chain.ask(method, params);
    if (method === "eth_getLogs") {
      chain.blocks[1].hash = `0x1/${(fork += 1)}`;
    }
    return answer;
  };
  await assert.rejects(follow(restless, fresh(), { addresses: [A], from: 0 }), /changed while it was read/);
});

test("logs that nobody asked for are refused", async () => {
  const chain = new Chain([], [A]);
  const ask = async (method, params) => {
    const answer = await chain.ask(method, params);
    return method === "eth_getLogs" ? answer.map((log) => ({ ...log, address: B })) : answer;
  };
  await assert.rejects(follow(ask, fresh(), { addresses: [A], from: 0 }), /not asked for/);
});
