/**
 * The program: what it consists of, put together.
 *
 * @module
 */
import { helloDescriptor } from "#adapters/io_world/api.gen.ts";
import { demonstrateHello } from "#adapters/io_world/demo.ts";
import { Hello } from "#adapters/io_world/hello.ts";
import { HelloServiceAdapter } from "#adapters/io_world/service_adapter.gen.ts";
import { ProcessIo } from "#lib/cli/process_io.ts";
import { runCli } from "#lib/cli/run_cli.ts";
import config from "./deno.json" with { type: "json" };

if (import.meta.main) {
  const code = await runCli(Deno.args, {
    version: config.version,
    interfaces: [{
      descriptor: helloDescriptor,
      serve: (service) => new HelloServiceAdapter(new Hello(), service),
    }],
    demonstrate: demonstrateHello,
    io: new ProcessIo(),
  });
  Deno.exit(code);
}
