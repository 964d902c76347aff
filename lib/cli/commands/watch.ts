/**
 * `smartbike watch`: the numbers of a bike in a terminal.
 *
 * @module
 */
import { clientId } from "#lib/app/client_id.ts";
import { untilRefused } from "#lib/app/refusal.ts";
import { orAborted, untilAborted } from "#lib/base/deadline.ts";
import { UsageError } from "#lib/base/errors.ts";
import { SETTINGS } from "#lib/config/schema.ts";
import { settingOptions } from "#lib/config/setting_option.ts";
import { Fleet } from "#lib/dashboard/fleet.ts";
import { MqttJsEndpoint } from "#lib/mqtt/mqtt_js_endpoint.ts";
import type { CliContext, CommandBody, CommandInput } from "../command.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  CONFIG_OPTIONS,
  loadConfig,
  requireBroker,
} from "../options/config_options.ts";
import {
  describeRide,
  describeSilence,
  drawRide,
  type RideView,
} from "../screen/ride_screen.ts";

/** Time between two pictures on a terminal, in milliseconds. */
const PICTURE_MS = 500;

/** Time between two lines elsewhere, in milliseconds. */
const LINE_MS = 1000;

/** How long a bike may keep silent before that is said, in milliseconds. */
const SILENCE_MS = 2000;

/** `smartbike watch`. */
export const watchCommand: CommandBody = {
  options: [
    {
      flags: "--json",
      description: "print the bike as one JSON value a second",
    },
    {
      flags: "--count <number>",
      description: "end after so many lines",
    },
    ...CONFIG_OPTIONS,
    ...settingOptions(SETTINGS.bike.members.id, SETTINGS.broker),
  ],
  details:
    `On a terminal it draws the numbers, the ride so far, a chart of the power and
the devices, twice a second; elsewhere it prints one line a second. Each number
is live, old (with its age) or gone (with the reason). There are no colours
where NO_COLOR is set.`,
  permissions: ["net"],
  run,
};

async function run(input: CommandInput, context: CliContext): Promise<void> {
  const { io } = context;
  const { wire } = await context.bikeAdapters();
  const count = readCount(input);
  const loaded = await loadConfig(input, context);
  const { broker, connect } = await requireBroker(loaded, context);
  const bikeId = loaded.configuration.config.bike.id;
  await untilInterrupted(io, async (interrupted) => {
    const { signal, watch, throwIfRefused } = untilRefused(interrupted);
    await using endpoint = new MqttJsEndpoint({ clientId: clientId("watch") });
    watch(endpoint.onError);
    using fleet = new Fleet({ endpoint, wire });
    const picture = new Picture(fleet, bikeId, input, context);
    const connected = endpoint.connect(broker, {
      ...connect,
      sessionExpirySeconds: 0,
      signal,
    });
    connected.catch(() => {});
    using _picture = picture.start(count);
    await orAborted(
      Promise.race([
        picture.over,
        untilAborted(AbortSignal.any([signal, context.output.closed])),
        connected.then(() => picture.over),
      ]),
      signal,
    );
    throwIfRefused();
  });
}

function readCount({ options }: CommandInput): number {
  const text = options.text("count");
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(
    `Cannot use --count "${text}": expected a whole number from 1`,
    "--count",
  );
}

/** Shows a bike again and again. */
class Picture {
  /** Resolves once it was shown often enough. */
  readonly over: Promise<void>;
  readonly #fleet: Fleet;
  readonly #bikeId: string;
  readonly #context: CliContext;
  readonly #isJson: boolean;
  readonly #resolve: () => void;

  constructor(
    fleet: Fleet,
    bikeId: string,
    { options }: CommandInput,
    context: CliContext,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#resolve = resolve;
    this.#fleet = fleet;
    this.#bikeId = bikeId;
    this.#context = context;
    this.#isJson = options.flag("json");
  }

  start(count: number): Disposable {
    const { io, output } = this.#context;
    const isDrawn = io.screenColumns !== undefined && !this.#isJson;
    let left = count;
    const show = () => {
      if (isDrawn) this.#draw();
      else if (this.#hasBike) {
        output.line(this.#line());
        left--;
      }
      if (left === 0) this.#resolve();
    };
    // The cursor would jump through the picture.
    if (isDrawn) output.text("\x1b[?25l\x1b[2J");
    const timer = setInterval(show, isDrawn ? PICTURE_MS : LINE_MS);
    const silence = setTimeout(() => {
      if (!isDrawn && !this.#hasBike) {
        output.note(describeSilence(this.#bikeId));
      }
    }, SILENCE_MS);
    if (isDrawn) show();
    return {
      [Symbol.dispose]: () => {
        clearInterval(timer);
        clearTimeout(silence);
        if (isDrawn) output.text("\x1b[?25h\n");
      },
    };
  }

  get #hasBike(): boolean {
    return this.#fleet.bike(this.#bikeId) !== undefined;
  }

  get #view(): RideView {
    const fleet = this.#fleet;
    return {
      bike: fleet.snapshot(this.#bikeId),
      bikeId: this.#bikeId,
      broker: fleet.broker,
      rows: fleet.bike(this.#bikeId)?.ride.history.after(0) ?? [],
      nowMs: fleet.nowMs,
    };
  }

  #line(): string {
    const view = this.#view;
    return this.#isJson ? JSON.stringify(view.bike) : describeRide(view);
  }

  /** From the top, each line to its end: nothing flickers. */
  #draw(): void {
    const { io, output } = this.#context;
    const columns = io.screenColumns ?? 80;
    const noColor = io.env("NO_COLOR") ?? "";
    const hasColors = noColor === "" && io.env("TERM") !== "dumb";
    const lines = drawRide(this.#view, { columns, hasColors });
    output.text(`\x1b[H${lines.join("\x1b[K\n")}\x1b[K\x1b[J`);
  }
}
