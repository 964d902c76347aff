/**
 * Push buttons on pins of a Raspberry Pi: left, right and brake. Each press and
 * each release is reported, and how the buttons stand when the program starts.
 *
 * @module
 */
import { ConfigError } from "#lib/base/errors.ts";
import type { GpioLineOptions, GpioPull } from "#lib/hardware/gpio.ts";
import { lineAtBoardPin } from "#lib/hardware/raspberry_pi.ts";
import type { DriverContext, DriverDefinition } from "#lib/driver/driver.ts";

/** How long a level must hold before it counts, in milliseconds. */
const DEBOUNCE_MS = 15;

/** The buttons as the predecessor wired them: option, name in reports, BCM number. */
const BUTTONS = [
  { option: "left", name: "LEFT", line: 18 },
  { option: "right", name: "RIGHT", line: 17 },
  { option: "brake", name: "BREAK", line: 22 },
] as const;

/** No pin. */
const NONE = -1;

/** A button and its pin. */
interface Button {
  readonly name: string;
  readonly line: number;
}

/** Reports buttons. */
export const driver: DriverDefinition = {
  name: "buttons",
  summary: "push buttons on pins of a Raspberry Pi",
  transport: "gpio",
  options: [
    ...BUTTONS.map(({ option, line }) => ({
      name: option,
      summary:
        `pin of the ${option} button, ${NONE} for none (default: BCM ${line})`,
      type: "number" as const,
      min: NONE,
      max: 1023,
    })),
    {
      name: "numbering",
      summary:
        "how pins are counted: bcm, or board for the places on the header (default: bcm)",
      type: "text",
      choices: ["bcm", "board"],
    },
    {
      name: "pull",
      summary: "what holds a pin while nobody presses (default: down)",
      type: "text",
      choices: ["up", "down", "none"] satisfies GpioPull[],
    },
    {
      name: "active-low",
      summary: "a pressed button pulls its pin low (default: false)",
      type: "flag",
    },
    {
      name: "debounce-ms",
      summary:
        `how long a level must hold before it counts, in milliseconds (default: ${DEBOUNCE_MS})`,
      type: "number",
      min: 0,
      max: 1000,
    },
    {
      name: "chip",
      summary:
        "label or name of the GPIO chip (default: the header of a Raspberry Pi)",
      type: "text",
    },
  ],
  run,
};

async function run(context: DriverContext): Promise<void> {
  const { device, gpio, logger, signal } = context;
  const buttons = buttonsOf(context);
  await using lines = await gpio.openInputs(lineOptionsOf(context, buttons));
  const release = () => void lines[Symbol.asyncDispose]();
  signal.addEventListener("abort", release, { once: true });
  try {
    if (signal.aborted) return;
    device.setConnected(true);
    logger.info("{id} reads pins {pins}", {
      id: device.status.device,
      pins: buttons.map(({ name, line }) => `${line} (${name})`).join(", "),
    });
    const levels = lines.values();
    buttons.forEach(({ name }, index) =>
      device.reportButton(name, levels[index] ?? false)
    );
    for await (const { line, isActive } of lines.edges) {
      const button = buttons.find((one) => one.line === line);
      if (button) device.reportButton(button.name, isActive);
    }
  } finally {
    signal.removeEventListener("abort", release);
  }
}

function buttonsOf({ options }: DriverContext): readonly Button[] {
  const isBoard = options["numbering"] === "board";
  return BUTTONS.flatMap(({ option, name, line: usual }) => {
    const given = options[option];
    if (given === NONE) return [];
    if (typeof given !== "number") return [{ name, line: usual }];
    const line = isBoard ? lineAtBoardPin(given) : given;
    if (line !== undefined) return [{ name, line }];
    throw new ConfigError(
      `Cannot use place ${given} of the header for button "${option}": it is no GPIO pin, choose another one`,
      { option, value: String(given) },
    );
  });
}

function lineOptionsOf(
  { options, device }: DriverContext,
  buttons: readonly Button[],
): GpioLineOptions {
  const { pull, chip, "debounce-ms": debounceMs, "active-low": activeLow } =
    options;
  const milliseconds = typeof debounceMs === "number"
    ? debounceMs
    : DEBOUNCE_MS;
  return {
    lines: buttons.map(({ line }) => line),
    pull: isPull(pull) ? pull : "down",
    activeLow: activeLow === true,
    debounceMicroseconds: Math.round(milliseconds * 1000),
    consumer: `smartbike ${device.status.device}`,
    ...(typeof chip === "string" && { chip }),
  };
}

function isPull(value: unknown): value is GpioPull {
  return value === "up" || value === "down" || value === "none";
}
