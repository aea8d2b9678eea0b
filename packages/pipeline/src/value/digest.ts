/**
 * SHA-256, the one hash of the house. Uses the platform's native implementation where a synchronous one exists (Node) and
 * a JavaScript one elsewhere; the digests are the same.
 */
import { sha256 as portableSha256 } from "@noble/hashes/sha2.js";

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Digest = string;

interface NativeHash {
  update(bytes: Uint8Array): NativeHash;
  digest(encoding: "hex"): string;
}
interface NativeCrypto {
  hash(algorithm: "sha256", content: Uint8Array | string, encoding: "hex"): string;
  createHash(algorithm: "sha256"): NativeHash;
}
interface NodeLike {
  getBuiltinModule?(name: "node:crypto"): NativeCrypto | undefined;
}

const native = (globalThis as { process?: NodeLike }).process?.getBuiltinModule?.("node:crypto");

/** Digest of one run of bytes. About 0.7 µs for a small one and 43 ms for 64 MiB on a processor with SHA instructions. */
export function sha256(bytes: Uint8Array): Digest {
  return native === undefined ? hex(portableSha256(unshared(bytes))) : native.hash("sha256", bytes, "hex");
}

/** Digest of the UTF-8 bytes of a text. */
export function sha256Text(text: string): Digest {
  return native === undefined
    ? hex(portableSha256(new TextEncoder().encode(text)))
    : native.hash("sha256", text, "hex");
}

/** Digest of several runs of bytes, as if they stood one after another. */
export function sha256Parts(parts: Iterable<Uint8Array>): Digest {
  if (native === undefined) {
    const hasher = portableSha256.create();
    for (const part of parts) hasher.update(unshared(part));
    return hex(hasher.digest());
  }
  const hasher = native.createHash("sha256");
  for (const part of parts) hasher.update(part);
  return hasher.digest("hex");
}

function unshared(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
