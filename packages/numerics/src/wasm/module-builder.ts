import { numericsError } from "../errors.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { FunctionBuilder, type FunctionReference } from "./function-builder.ts";
import { type Signature, valueTypeByte } from "./value-type.ts";

/** Size of a memory in pages of 64 KiB. A shared memory needs a maximum. */
export interface MemoryLimits {
  readonly initialPages: number;
  readonly maximumPages?: number;
  readonly shared?: boolean;
}

/**
 * A WebAssembly module under construction: types, imports, functions, one memory, exports, data.
 *
 * Imports come first, because they take the low function indices. `encode` may be called once everything is written.
 */
export class ModuleBuilder {
  private readonly typeIndices = new Map<string, number>();
  private readonly signatures: Signature[] = [];
  private readonly imports: ((section: ByteBuffer) => void)[] = [];
  private readonly functions: FunctionBuilder[] = [];
  private readonly exports: { name: string; kind: number; index: number }[] = [];
  private readonly segments: { offset: number; bytes: Uint8Array }[] = [];
  private importedFunctionCount = 0;
  private ownMemory: MemoryLimits | undefined;
  private hasMemory = false;

  /** Takes the memory from the host. One memory per module. */
  importMemory(module: string, name: string, limits: MemoryLimits): void {
    this.claimMemory(limits);
    this.imports.push((section) => {
      section.text(module);
      section.text(name);
      section.byte(0x02);
      writeLimits(section, limits);
    });
  }

  /** Makes a memory of the module's own, exported under `exportName` when given. One memory per module. */
  memory(limits: MemoryLimits, exportName?: string): void {
    this.claimMemory(limits);
    this.ownMemory = limits;
    if (exportName !== undefined) this.export(exportName, 0x02, 0);
  }

  /** Takes a function from the host; before the first own function. */
  importFunction(module: string, name: string, signature: Signature): FunctionReference {
    if (this.functions.length > 0)
      throw misuse(
        `Import ${module}.${name} comes after a function`,
        "Import all functions before the first own function.",
      );
    const typeIndex = this.typeIndex(signature);
    this.imports.push((section) => {
      section.text(module);
      section.text(name);
      section.byte(0x00);
      section.u32(typeIndex);
    });
    return { index: this.importedFunctionCount++, signature };
  }

  /** Starts a function, exported under `exportName` when given. It can be called before its body is written. */
  function(signature: Signature, exportName?: string): FunctionBuilder {
    this.typeIndex(signature);
    const builder = new FunctionBuilder(this.importedFunctionCount + this.functions.length, signature);
    this.functions.push(builder);
    if (exportName !== undefined) this.export(exportName, 0x00, builder.index);
    return builder;
  }

  /** Bytes that are copied to a fixed address of the memory at instantiation. */
  data(offset: number, bytes: Uint8Array): void {
    if (!Number.isInteger(offset) || offset < 0 || offset >= 2 ** 32)
      throw misuse(`Data offset ${offset} is not in [0, 2^32)`, "Give an address in bytes.");
    this.segments.push({ offset, bytes });
  }

  /** The module in the binary format. */
  encode(): Uint8Array<ArrayBuffer> {
    if (this.segments.length > 0 && !this.hasMemory)
      throw misuse("The module has data but no memory", "Declare or import a memory.");
    const out = new ByteBuffer(4096);
    out.append([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    section(out, 1, this.signatures, writeSignature);
    section(out, 2, this.imports, (content, write) => write(content));
    section(out, 3, this.functions, (content, { signature }) => content.u32(this.typeIndex(signature)));
    section(out, 5, this.ownMemory === undefined ? [] : [this.ownMemory], writeLimits);
    section(out, 7, this.exports, (content, { name, kind, index }) => {
      content.text(name);
      content.byte(kind);
      content.u32(index);
    });
    section(out, 10, this.functions, (content, body) => body.writeTo(content));
    section(out, 11, this.segments, (content, { offset, bytes }) => {
      content.append([0x00, 0x41]);
      content.s32(offset);
      content.byte(0x0b);
      content.u32(bytes.length);
      content.append(bytes);
    });
    return out.bytes.slice() as Uint8Array<ArrayBuffer>;
  }

  private typeIndex(signature: Signature): number {
    const key = `${signature.params?.join() ?? ""}>${signature.results?.join() ?? ""}`;
    const known = this.typeIndices.get(key);
    if (known !== undefined) return known;
    this.typeIndices.set(key, this.signatures.length);
    return this.signatures.push(signature) - 1;
  }

  private claimMemory(limits: MemoryLimits): void {
    if (this.hasMemory) throw misuse("The module has a second memory", "Declare or import one memory.");
    if (limits.shared === true && limits.maximumPages === undefined)
      throw misuse("A shared memory has no maximum", "Set maximumPages.");
    this.hasMemory = true;
  }

  private export(name: string, kind: number, index: number): void {
    if (this.exports.some((entry) => entry.name === name))
      throw misuse(`Two exports are called ${name}`, "Give each export its own name.");
    this.exports.push({ name, kind, index });
  }
}

function section<T>(
  out: ByteBuffer,
  id: number,
  items: readonly T[],
  write: (content: ByteBuffer, item: T) => void,
): void {
  if (items.length === 0) return;
  const content = new ByteBuffer(1024);
  content.u32(items.length);
  for (const item of items) write(content, item);
  out.byte(id);
  out.sized(content);
}

function writeSignature(content: ByteBuffer, { params = [], results = [] }: Signature): void {
  content.byte(0x60);
  for (const types of [params, results]) {
    content.u32(types.length);
    for (const type of types) content.byte(valueTypeByte[type]);
  }
}

function writeLimits(content: ByteBuffer, { initialPages, maximumPages, shared }: MemoryLimits): void {
  content.byte((maximumPages === undefined ? 0 : 1) | (shared === true ? 2 : 0));
  content.u32(initialPages);
  if (maximumPages !== undefined) content.u32(maximumPages);
}

function misuse(message: string, remedy: string): Error {
  return numericsError("NUMR-001", message, remedy);
}
