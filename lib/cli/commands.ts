/**
 * All commands: what the help shows of each, and the file that holds the rest.
 * A file is loaded when its command is used, so that none waits for the others.
 *
 * @module
 */
import type { CommandEntry } from "./command.ts";

/** In the order the help shows them; to add a command, add its file and an entry here. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "write a configuration with comments",
    examples: [
      "init",
      "init --yes --bike 000001 --device heart-rate --device trainer",
      "init --yes --broker mqtts://broker.example --username bike --password-file secret.txt",
    ],
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "start",
    summary: "run all that the configuration names until interrupted",
    examples: [
      "start",
      "start --config /etc/smartbike/smartbike.yaml --metrics 127.0.0.1:9464",
      "start simulated --broker 127.0.0.1:1883",
    ],
    load: async () => (await import("./commands/start.ts")).startCommand,
  },
  {
    name: "status",
    summary: "show whether the service, a bike and its devices are there",
    examples: [
      "status --broker 127.0.0.1:1883 --bike 000001",
      "status --json",
    ],
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "reload",
    summary: "have a running bike read its configuration again",
    examples: ["reload", "reload --bike 000001"],
    load: async () => (await import("./commands/reload.ts")).reloadCommand,
  },
  {
    name: "config",
    summary: "show, check or describe the configuration",
    examples: [
      "config show --origin",
      "config check smartbike.yaml",
      "config schema",
    ],
    load: async () => (await import("./commands/config.ts")).configCommand,
  },
  {
    name: "service",
    summary: "serve objects to clients until interrupted",
    examples: [
      "service --broker 127.0.0.1:1883",
      "service --module lamp.module.yaml --echo",
      "service --broker mqtts://broker.example --username bike --password-file secret.txt",
    ],
    load: async () => (await import("./commands/service.ts")).serviceCommand,
  },
  {
    name: "client",
    summary: "use an object that a service holds",
    examples: [
      `client --broker 127.0.0.1:1883 io.world.Hello call say '{"content":"hi"}' Soon`,
      "client io.world.Hello get last",
      `client io.world.Hello set last '{"content":"x"}'`,
      "client --json --count 3 io.world.Hello watch last justSaid",
      "client io.world.Hello list",
      "client --module lamp.module.yaml demo.Lamp set on true",
      "client --broker 127.0.0.1:1883 list",
    ],
    load: async () => (await import("./commands/client.ts")).clientCommand,
  },
  {
    name: "driver",
    summary: "run a bike with the named devices until interrupted",
    examples: [
      "driver heart-rate trainer climb fan --bike 000001 --broker 127.0.0.1:1883",
      "driver simulated --bike 000001 --broker 127.0.0.1:1883",
      "driver heart-rate --option heart-rate.name-prefix=TICKR --capture ride.jsonl",
      "driver replay ride.jsonl --speed-up 10",
    ],
    load: async () => (await import("./commands/driver.ts")).driverCommand,
  },
  {
    name: "scan",
    summary: "list the BLE devices around, and the drivers that fit",
    examples: ["scan", "scan --timeout 5s --json"],
    load: async () => (await import("./commands/scan.ts")).scanCommand,
  },
  {
    name: "forget",
    summary: "forget the BLE devices that drivers remember",
    examples: [
      "forget",
      "forget heart-rate --bike 000001",
      "forget --state /var/lib/smartbike",
    ],
    load: async () => (await import("./commands/forget.ts")).forgetCommand,
  },
  {
    name: "record",
    summary: "record the rides of bikes on a broker until interrupted",
    examples: [
      "record --broker 127.0.0.1:1883",
      "record --db postgres://rider@db.example/rides --broker 127.0.0.1:1883",
    ],
    load: async () => (await import("./commands/record.ts")).recordCommand,
  },
  {
    name: "rides",
    summary: "list, show, export, import and delete recorded rides",
    examples: [
      "rides list",
      "rides show last --ftp 250",
      "rides export last --format fit --out ride.fit",
    ],
    load: async () => (await import("./commands/rides.ts")).ridesCommand,
  },
  {
    name: "workout",
    summary: "list, show and ride workouts: ZWO, ERG, MRC, CRS",
    examples: [
      "workout list",
      "workout show threshold --ftp 250",
      "workout run intervals.zwo --ftp 250 --bike 000001 --broker 127.0.0.1:1883",
    ],
    load: async () => (await import("./commands/workout.ts")).workoutCommand,
  },
  {
    name: "route",
    summary: "show and ride roads: GPX, TCX, CRS",
    examples: [
      "route show hill.gpx",
      "route run hill.gpx --bike 000001 --broker 127.0.0.1:1883",
    ],
    load: async () => (await import("./commands/route.ts")).routeCommand,
  },
  {
    name: "doctor",
    summary:
      "check configuration, Bluetooth, ports, pins and broker; print advice",
    examples: ["doctor", "doctor --broker 127.0.0.1:1883"],
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "broker",
    summary: "run an MQTT broker (5 and 3.1.1) until interrupted",
    examples: [
      "broker --listen 127.0.0.1:1883",
      "broker --listen 0.0.0.0:1883 --username bike --password-file secret.txt",
      "broker --websocket 127.0.0.1:9001",
    ],
    load: async () => (await import("./commands/broker.ts")).brokerCommand,
  },
  {
    name: "broker-config",
    summary: "print accounts, access rules and TLS for another broker",
    examples: [
      "broker-config mosquitto",
      "broker-config mosquitto --role driver=bike1 --role app=phone --part acl",
    ],
    load: async () =>
      (await import("./commands/broker_config.ts")).brokerConfigCommand,
  },
  {
    name: "dashboard",
    summary: "show all bikes on a broker as a live page until interrupted",
    examples: [
      "dashboard --broker 127.0.0.1:1883",
      "dashboard --listen 0.0.0.0:8080 --token-file token.txt --host-name bike.local",
    ],
    load: async () =>
      (await import("./commands/dashboard.ts")).dashboardCommand,
  },
  {
    name: "watch",
    summary:
      "show the live numbers of a bike in this terminal until interrupted",
    examples: [
      "watch --broker 127.0.0.1:1883 --bike 000001",
      "watch --json --count 1",
    ],
    load: async () => (await import("./commands/watch.ts")).watchCommand,
  },
  {
    name: "bike",
    summary: "watch a bike by its topics, or set its actuators",
    examples: [
      "bike set incline 6 --broker 127.0.0.1:1883 --bike 000001",
      "bike stop",
    ],
    load: async () => (await import("./commands/bike.ts")).bikeCommand,
  },
  {
    name: "demo",
    summary: "show a service and a client talking through a broker, and a ride",
    examples: ["demo", "demo --dashboard"],
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "check",
    summary: "check module definitions",
    examples: ["check api/io.module.yaml", "check --json api/"],
    load: async () => (await import("./commands/check.ts")).checkCommand,
  },
  {
    name: "generate",
    summary: "write TypeScript for module definitions",
    examples: [
      "generate api/io.module.yaml --out src/adapters",
      "generate api/ --out src/adapters --check",
      "generate api/bikes.solution.yaml",
      "generate api/io.module.yaml --package io-world --out io-world",
      "generate api/io.module.yaml --package io-world --runtime node --out io-world",
    ],
    load: async () => (await import("./commands/generate.ts")).generateCommand,
  },
  {
    name: "decode",
    summary: "print what a frame of a Bluetooth device means, as JSON",
    examples: [
      "decode 2a37 1648",
      'decode 2ad9 --direction write "05 e1 00"',
      "decode --stdin",
    ],
    load: async () => (await import("./commands/decode.ts")).decodeCommand,
  },
  {
    name: "encode",
    summary: "print the frame to write to a Bluetooth device, as hex",
    examples: [
      `encode 2ad9 '{"name":"setTargetPower","powerWatts":225}'`,
    ],
    load: async () => (await import("./commands/encode.ts")).encodeCommand,
  },
  {
    name: "ports",
    summary: "list the serial ports of this machine",
    examples: ["ports", "ports --json"],
    load: async () => (await import("./commands/ports.ts")).portsCommand,
  },
  {
    name: "install",
    summary: "make this executable a service of systemd",
    examples: ["install", "install --dry-run"],
    load: async () => (await import("./commands/install.ts")).installCommand,
  },
  {
    name: "uninstall",
    summary: "stop the service and remove what install has written",
    examples: ["uninstall", "uninstall --dry-run"],
    load: async () =>
      (await import("./commands/uninstall.ts")).uninstallCommand,
  },
  {
    name: "completions",
    summary: "print a script that lets a shell complete commands and options",
    examples: ["completions bash"],
    load: async () =>
      (await import("./commands/completions.ts")).completionsCommand,
  },
  {
    name: "man",
    summary: "print the manual page, for man",
    examples: ["man"],
    load: async () => (await import("./commands/man.ts")).manCommand,
  },
];
