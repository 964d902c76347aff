/**
 * What a command is. Each is one file of this folder.
 *
 * @module
 */
import type { Log, LogLevel } from "#lib/base/logger.ts";
import type {
  InterfaceDescriptor,
  Service,
  ServiceAdapterOptions,
} from "#lib/objectapi/mod.ts";
import type {
  DriverDefinition,
  Hardware,
  HardwareOptions,
} from "#lib/driver/driver.ts";
import type { BikeAdapters } from "#lib/app/bike_adapters.ts";
import type { PlacedSetting } from "#lib/config/setting.ts";
import type { CliIo, Permission } from "./io.ts";
import type { Output } from "./output.ts";

/** An object on a service, as a service adapter shows it. */
interface ServedAdapter extends AsyncDisposable {
  /** Resolves when clients can use the object for the first time. */
  readonly ready: Promise<void>;
}

/** An interface that is built into the program. */
export interface KnownInterface {
  /** Its members. */
  readonly descriptor: InterfaceDescriptor;
  /**
   * Shows an object of it on a service.
   *
   * @param service The connection; it is connected later.
   * @param options How the object is shown.
   */
  serve(service: Service, options?: ServiceAdapterOptions): ServedAdapter;
}

/** Shows what the program can do. */
interface Demonstration {
  /**
   * Runs once, with connections of its own.
   *
   * @param broker URL of a broker that is there for it alone.
   */
  (broker: string, say: (line: string) => void): Promise<void>;
}

/** What the composition root puts into the program; each part is loaded when a command asks for it. */
export interface Composition {
  /** The program's version, for example `0.1.0`. */
  readonly version: string;
  /** The interfaces that can be used and served, in the order they are listed. */
  interfaces(): Promise<readonly KnownInterface[]>;
  /** Interfaces that clients can use without asking anybody what they look like, and that `smartbike service` does not serve. */
  usableInterfaces?(): Promise<readonly InterfaceDescriptor[]>;
  /** What `smartbike demo` runs first: an object and a client of it. */
  readonly demonstrate: Demonstration;
  /** What `smartbike demo` runs then, with a bike that rides on the broker. */
  readonly demonstrateRide: Demonstration;
  /** The outside world. */
  readonly io: CliIo;
  /** The drivers, in the order they are listed. */
  drivers(): Promise<readonly DriverDefinition[]>;
  /**
   * The radios, ports and pins of this machine; nothing is opened before it is
   * used.
   *
   * @param options How they are used.
   * @returns All three kinds; whoever uses the radios disposes them.
   */
  hardware(options?: HardwareOptions): Promise<Hardware>;
  /** How a bike is shown. */
  bikeAdapters(): Promise<BikeAdapters>;
}

/** What the program works with before its command is parsed. */
export interface ProgramContext extends Composition {
  /** What the program is called and can do. */
  readonly program: ProgramDefinition;
  /** Where it prints. */
  readonly output: Output;
}

/** What a command works with. */
export interface CliContext extends ProgramContext {
  /** What is logged, and how. */
  readonly log: Log;
  /** Whether warnings are printed: they are, unless `--log-level` leaves them out. */
  readonly printsWarnings: boolean;
}

/** An option of a command. */
export interface OptionDefinition {
  /** As `--name`, `--name <value>` or `-n, --name <value>`. */
  readonly flags: string;
  /** What it does, in a few words. */
  readonly description: string;
  /** The values it takes, where they are a few words. */
  readonly choices?: readonly string[];
  /** Heading it stands under in the help. */
  readonly group?: string;
  /** The setting that it sets. */
  readonly setting?: PlacedSetting;
  /**
   * It may be given several times.
   *
   * @default {false}
   */
  readonly isRepeatable?: boolean;
}

/** The options that were given, by name without dashes. */
export interface OptionValues {
  /**
   * Reads an option that takes a value.
   *
   * @param name For example `password-file`.
   * @returns Its text, or undefined if it was not given.
   */
  text(name: string): string | undefined;
  /**
   * Reads an option that may be given several times.
   *
   * @returns Its texts, in their order.
   */
  texts(name: string): readonly string[];
  /**
   * Reads an option that takes none.
   *
   * @returns True if it was given.
   */
  flag(name: string): boolean;
}

/** A parsed command line. */
export interface CommandInput {
  /** What is not an option, in its order. */
  readonly operands: readonly string[];
  /** The options. */
  readonly options: OptionValues;
  /** The settings that the command's options set. */
  readonly settings: readonly PlacedSetting[];
}

/** What the help of the program shows of a command. */
export interface CommandHead {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line that begins with a verb. */
  readonly summary: string;
  /** Command lines that work, without the program's name. */
  readonly examples: readonly string[];
}

/** What the file of a command holds. */
export interface CommandBody {
  /** What is not an option, as the help shows it; by default nothing is taken. */
  readonly operands?: string;
  /** Words that can stand there, for a shell that completes them. */
  readonly operandWords?: readonly string[];
  /** Its options, without those that all commands have. */
  readonly options: readonly OptionDefinition[];
  /** More help, in whole lines. */
  readonly details?: string;
  /**
   * What is logged unless `--log-level` is given.
   *
   * @default {"warning"}
   */
  readonly logLevel?: LogLevel;
  /**
   * Whether the configuration changes what is logged.
   *
   * @default {false}
   */
  readonly logsAsConfigured?: boolean;
  /**
   * What it needs; all other permissions are revoked before it runs.
   *
   * @default all but `run`
   */
  readonly permissions?: readonly Permission[];
  /**
   * Checks whether what follows is a value, even if it begins with a dash and
   * is no option of the command.
   *
   * @param operands What was read so far.
   * @returns True if nothing but values can follow.
   */
  takesValuesAfter?(operands: readonly string[]): boolean;
  /**
   * Does it.
   *
   * @param context What to work with.
   * @throws {UsageError} If the operands or options cannot be understood.
   */
  run(input: CommandInput, context: CliContext): Promise<void>;
}

/** A command whose file is loaded when it is used. */
export interface CommandEntry extends CommandHead {
  /** Loads its file. */
  load(): Promise<CommandBody>;
}

/** A command of the program. */
export interface CommandDefinition extends CommandHead, CommandBody {}

/** What the program is called and can do. */
export interface ProgramDefinition {
  /** Its name. */
  readonly name: string;
  /** What it is for, in one line. */
  readonly summary: string;
  /** Its version. */
  readonly version: string;
  /** Its commands, in the order the help shows them. */
  readonly commands: readonly CommandEntry[];
}
