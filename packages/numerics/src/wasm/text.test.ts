import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "./module-builder.ts";
import { wasmText } from "./text.ts";

describe("the text of a module", () => {
  it("says what was written, in the order in which it was written", () => {
    const module = new ModuleBuilder();
    module.importMemory("host", "memory", { initialPages: 1, maximumPages: 300, shared: true });
    const half = module.function({ params: ["f64"], results: ["f64"] });
    half.get(0).f64(-0.5).op("f64.mul");
    const f = module.function({ params: ["i32", "i32"] }, "run");
    const sum = f.local("v128");
    f.countUp(0, 1, 16, () => {
      f.get(0).memory("v128.load", 200).i64x2(-1n, 5n).op("v128.and").set(sum);
      f.get(sum).lane("f64x2.extract_lane", 1).call(half).drop();
    });
    f.get(1).if(
      () => void f.i32(-70000).drop(),
      () => void f.i64(2n ** 40n).drop(),
    );
    module.data(64, new Uint8Array(3));
    expect(wasmText(module.encode())).toBe(`(module
  (import "host" "memory" (memory 1 300 shared))
  (func (;0;) (param f64) (result f64)
    local.get 0
    f64.const -0.5
    f64.mul
  )
  (func (;1;) (export "run") (param i32 i32)
    (; locals: v128 × 1 ;)
    loop
      local.get 0
      v128.load offset=200 align=16
      v128.const i64x2 0xffffffffffffffff 0x0000000000000005
      v128.and
      local.set 2
      local.get 2
      f64x2.extract_lane 1
      call 0
      drop
      local.get 0
      i32.const 16
      i32.add
      local.tee 0
      local.get 1
      i32.lt_s
      br_if 0
    end
    local.get 1
    if
      i32.const -70000
      drop
    else
      i64.const 1099511627776
      drop
    end
  )
  (; data: 3 bytes at 64 ;)
)
`);
  });
});
