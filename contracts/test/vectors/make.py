#!/usr/bin/env python3
"""Writes attestations.json and contexts.json with the standard library alone, so that Rust and Solidity are compared with
a third computation. Keys are made from the names of their kinds; nobody may use them."""
import hashlib, json, pathlib

M = (1 << 64) - 1
RC, R = [], {}
lfsr = 1
for _ in range(24):
    constant = 0
    for j in range(7):
        if lfsr & 1:
            constant |= 1 << ((1 << j) - 1)
        lfsr = (lfsr << 1) ^ (0x171 if lfsr & 0x80 else 0)
    RC.append(constant)


def rotate(x, n):
    n %= 64
    return ((x << n) | (x >> (64 - n))) & M


def permute(a):
    for constant in RC:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        a = [[a[x][y] ^ c[(x - 1) % 5] ^ rotate(c[(x + 1) % 5], 1) for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, a[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x][y] = a[x][y], rotate(current, (t + 1) * (t + 2) // 2)
        a = [[a[x][y] ^ (~a[(x + 1) % 5][y] & M & a[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] ^= constant
    return a


def keccak(data):
    data = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % 136))
    data[-1] |= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(data), 136):
        for i in range(17):
            a[i % 5][i // 5] ^= int.from_bytes(data[start + 8 * i : start + 8 * i + 8], "little")
        a = permute(a)
    return b"".join(a[i][0].to_bytes(8, "little") for i in range(4))


assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


class Curve:
    """y^2 = x^3 + a x + b"""

    def __init__(self, p, a, n, x, y):
        self.p, self.a, self.n, self.g = p, a, n, (x, y)

    def add(self, u, v):
        if u is None or v is None:
            return u or v
        if u[0] == v[0] and (u[1] + v[1]) % self.p == 0:
            return None
        if u == v:
            slope = (3 * u[0] * u[0] + self.a) * pow(2 * u[1], -1, self.p)
        else:
            slope = (v[1] - u[1]) * pow(v[0] - u[0], -1, self.p)
        x = (slope * slope - u[0] - v[0]) % self.p
        return x, (slope * (u[0] - x) - u[1]) % self.p

    def times(self, k, u):
        total = None
        while k:
            if k & 1:
                total = self.add(total, u)
            u, k = self.add(u, u), k >> 1
        return total

    def sign(self, secret, hashed):
        k = int.from_bytes(hashlib.sha512(b"nonce" + secret.to_bytes(32, "big") + hashed).digest(), "big") % self.n
        x, y = self.times(k, self.g)
        r = x % self.n
        s = pow(k, -1, self.n) * (int.from_bytes(hashed, "big") + r * secret) % self.n
        return r, s, y & 1


SECP = Curve(2**256 - 2**32 - 977, 0, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
             0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
             0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)
P256 = Curve(2**256 - 2**224 + 2**192 + 2**96 - 1, -3, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
             0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
             0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)

# Ed25519, RFC 8032
Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def ed_add(u, v):
    (a, b), (c, d) = u, v
    t = D * a * b * c * d
    return (a * d + b * c) * pow(1 + t, -1, Q) % Q, (b * d + a * c) * pow(1 - t, -1, Q) % Q


def ed_times(k):
    y = 4 * pow(5, -1, Q) % Q
    xx = (y * y - 1) * pow(D * y * y + 1, -1, Q)
    x = pow(xx, (Q + 3) // 8, Q)
    if (x * x - xx) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    u, total = (Q - x if x & 1 else x, y), (0, 1)
    while k:
        if k & 1:
            total = ed_add(total, u)
        u, k = ed_add(u, u), k >> 1
    return (total[1] | (total[0] & 1) << 255).to_bytes(32, "little")


def ed_secret(seed):
    h = hashlib.sha512(seed).digest()
    return (int.from_bytes(h[:32], "little") & ~7 & (2**255 - 1) & ~2**255) % 2**254 | 2**254, h[32:]


def ed_sign(seed, message):
    secret, prefix = ed_secret(seed)
    public = ed_times(secret)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    point = ed_times(r)
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % L
    return point + ((r + h * secret) % L).to_bytes(32, "little")


def word(value):
    return value if isinstance(value, bytes) else value.to_bytes(32, "big")


TYPE = b"Attestation(bytes32 commitment,bytes32 subject,uint64 asOf,uint64 expires,uint32 scope,bytes32 terms)"
NAMES = ["commitment", "subject", "asOf", "expires", "scope", "terms"]


def digest(statement, name=b"Tailproof", version=b"1"):
    domain = keccak(keccak(b"EIP712Domain(string name,string version)") + keccak(name) + keccak(version))
    return keccak(b"\x19\x01" + domain + keccak(keccak(TYPE) + b"".join(word(statement[n]) for n in NAMES)))


def signed(kind, hashed):
    """(key, signature, recovery byte, address)"""
    seed = hashlib.sha256(b"tailproof test vectors " + kind.encode()).digest()
    if kind == "ed25519":
        return f"ed25519:{ed_times(ed_secret(seed)[0]).hex()}", ed_sign(seed, hashed), 0, bytes(20)
    curve = P256 if kind == "p256" else SECP
    secret = int.from_bytes(seed, "big") % curve.n
    x, y = curve.times(secret, curve.g)
    r, s, odd = curve.sign(secret, hashlib.sha256(hashed).digest() if kind == "p256" else hashed)
    if s > curve.n // 2:
        s, odd = curve.n - s, odd ^ 1
    address = keccak(word(x) + word(y))[12:] if kind == "secp256k1" else bytes(20)
    return f"{kind}:{2 + (y & 1):02x}{x:064x}", word(r) + word(s), 27 + odd if kind == "secp256k1" else 0, address


def vector(name, kind, statement, **domain):
    key, signature, v, address = signed(kind, digest(statement, **domain))
    shown = {n: "0x" + x.hex() if isinstance(x, bytes) else x for n, x in statement.items()}
    return {"name": name, **shown, "digest": "0x" + digest(statement).hex(), "key": key, "signature": "0x" + signature.hex(),
            "v": v, "address": "0x" + address.hex()}


def statement(commitment=0x1234, scope=0x10001, subject=b"entity", as_of=1_790_000_000, expires=1_800_000_000):
    return {"commitment": word(commitment), "subject": hashlib.sha256(subject).digest(), "asOf": as_of, "expires": expires,
            "scope": scope, "terms": hashlib.sha256(b"factors").digest()}


KINDS = ["ed25519", "p256", "secp256k1"]
accepted, refused = [], []
for kind in KINDS:
    accepted += [
        vector(f"{kind}: assets, BN254", kind, statement()),
        vector(f"{kind}: everything, halo2, last second", kind, statement(2**254 - 1, 0x2001F, b"other", 0, 253_402_300_799)),
    ]
    refused.append({**vector(f"{kind}: other domain", kind, statement(), version=b"2"), "why": "not-signed"})
    short = vector(f"{kind}: a byte short", kind, statement())
    refused.append({**short, "signature": short["signature"][:-2], "why": "length"})
    long = vector(f"{kind}: a byte long", kind, statement())
    refused.append({**long, "signature": long["signature"] + "1b", "why": "length"})
    other = vector(f"{kind}: another statement", kind, statement())
    refused.append({**other, "signature": accepted[-1]["signature"], "why": "not-signed"})
    for name, value in (("zero", bytes(64)), ("all ones", b"\xff" * 64)):
        refused.append({**vector(f"{kind}: {name}", kind, statement()), "signature": "0x" + value.hex(), "why": "not-signed"})
for kind, curve in (("p256", P256), ("secp256k1", SECP)):
    high = vector(f"{kind}: high s", kind, statement())
    s = curve.n - int(high["signature"][-64:], 16)
    v = 55 - high["v"] if kind == "secp256k1" else 0
    refused.append({**high, "signature": high["signature"][:-64] + f"{s:064x}", "v": v, "why": "high-s"})

contexts = []
for chain, ledger, entity, claim, period in [
    (1, 0x1111, b"entity", b"mandate", 0), (8453, 2**160 - 1, b"entity", b"deal", 42), (2**64 - 1, 7, b"other", b"deal", 2**64 - 1)
]:
    parts = [word(chain), word(ledger), hashlib.sha256(entity).digest(), hashlib.sha256(claim).digest(), word(period)]
    kind = keccak(b"Context(uint256 chainId,address ledger,bytes32 entity,bytes32 claim,uint64 period)")
    context = int.from_bytes(keccak(kind + b"".join(parts))[:31], "big")
    contexts.append({"chainId": str(chain), "ledger": f"0x{ledger:040x}", "entity": "0x" + parts[2].hex(),
                     "claim": "0x" + parts[3].hex(), "period": str(period), "context": f"0x{context:064x}"})

here = pathlib.Path(__file__).parent
for name, content in (("attestations", {"accepted": accepted, "refused": refused}), ("contexts", {"contexts": contexts})):
    (here / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
