/**
 * The program: what it consists of, put together. Each part is loaded when a
 * command asks for it.
 *
 * @module
 */
import { describeVersion } from "#lib/cli/build_info.ts";
import { ProcessIo } from "#lib/cli/process_io.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import config from "./deno.json" with { type: "json" };

if (import.meta.main) {
  const code = await runCli(Deno.args, {
    version: describeVersion(config.version),
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
  Deno.exit(code);
}
