/**
 * The program: what it consists of, put together. Each part is loaded when a
 * command asks for it.
 *
 * @module
 */
import { describeVersion } from "#lib/cli/build_info.ts";
import { writeText } from "#lib/cli/byte_sink.ts";
import config from "./deno.json" with { type: "json" };

if (import.meta.main) {
  const version = describeVersion(config.version);
  const [first, ...others] = Deno.args;
  // Asked by scripts again and again: it loads nothing.
  if (first === "--version" && others.length === 0) {
    writeText(Deno.stdout, `smartbike ${version}\n`);
  } else {
    Deno.exit(await run(Deno.args, version));
  }
}

/** Runs a command and gives the program's exit code. */
async function run(args: readonly string[], version: string): Promise<number> {
  const [{ ProcessIo }, { runCli }] = await Promise.all([
    import("#lib/cli/process_io.ts"),
    import("#lib/cli/run_cli.ts"),
  ]);
  return await runCli(args, {
    version,
    io: new ProcessIo(),
    async interfaces() {
      const { helloDescriptor, serveHello } = await import(
        "#adapters/io_world/serve.ts"
      );
      return [{ descriptor: helloDescriptor, serve: serveHello }];
    },
    async usableInterfaces() {
      return [(await import("#adapters/smartbike/api.gen.ts")).bikeDescriptor];
    },
    async drivers() {
      return (await import("#drivers/all.ts")).DRIVERS;
    },
    async hardware(options) {
      if (Deno.build.os === "linux") {
        const linux = await import("#lib/hardware/linux/hardware.ts");
        return linux.linuxHardware(options);
      }
      const { absentHardware } = await import("#lib/hardware/absent.ts");
      return absentHardware("this program has no backend for this system");
    },
    async bikeAdapters() {
      return (await import("#adapters/bike_adapters.ts")).bikeAdapters;
    },
    async demonstrate(broker, say) {
      const { demonstrateHello } = await import("#adapters/io_world/demo.ts");
      await demonstrateHello(broker, say);
    },
    async demonstrateRide(broker, say) {
      const { demonstrateRide } = await import("#adapters/smartbike/demo.ts");
      await demonstrateRide(broker, say);
    },
  });
}
