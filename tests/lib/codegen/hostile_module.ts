/**
 * A sound module that makes life hard for a generator: names that the
 * generated code needs for itself, and texts that could end a comment or a
 * string.
 *
 * @module
 */

/** The module in IDL text. */
export const HOSTILE_IDL = `
// Ends */ a comment, has a "quote", a \\ and a \${placeholder}.
// @param looks like a tag
// ${"A line that is far too long for eighty columns. ".repeat(3)}
module tb.hostile 1.0

extern Date
// What stands for it needs an import of a taken name.
@ts.import: "node:events"
@ts.name: EventEmitter
@ts.default: "new EventEmitter({ captureRejections: true })"
extern Emitter
@ts.import: "node:url"
extern URL
@ts.name: "Intl.Locale"
extern Locale

enum Client { RemoteObject, Service = 3 }
enum Promise { Then = 1, constructor = 2, some_name = 3, A_B = 4 }
enum Listenable { only }
struct EventEmitter { then: string; some_field: int; Some_Field2: Client; SOME_FIELD3: bytes }
struct HelloMembers { }
struct Inherited { constructor: int; toString: string; toLocaleString: Client; valueOf: bool; hasOwnProperty: int64; isPrototypeOf: Inherited[]; propertyIsEnumerable: IHello }
enum Object { constructor, toString, valueOf, hasOwnProperty }
interface InheritedMembers { toString: int; constructor: Inherited; readonly valueOf: string; hasOwnProperty(constructor: int, toString: Object): int; isPrototypeOf(); signal toLocaleString(valueOf: bool); signal propertyIsEnumerable() }
struct IHello { next: IHello[]; tree: HelloClientAdapter[] }
struct HelloClientAdapter { owner: IHello; when: Promise; now: Date; loc: Locale }
struct helloDescriptor { a: int64; b: int64[]; c: any; d: any[]; e: URL; f: Emitter }
struct isHello_ { a: Listenable }
struct ModuleDefinition { a_1: ModuleDefinition[] }

// Hello.
interface Hello {
  x: int
  y: int
  readonly value: string
  options: IHello
  this: bool
  type: HelloMembers
  hello: string
  args: Promise[]
  getX(options: int, options_: int, hello: string, this: bool): int
  setX(service: Client): void_
  ready()
  close(args: string): string
  then(a: int): Promise
  constructor(a: int): EventEmitter
  toString(): string
  updateValue(): helloDescriptor
  signal xChanged(x: int)
  signal Ready_()
  signal close_()
  signal jsut_a_very_long_signal_name_that_fills_lines(aRatherLongParameterName: Promise, anotherLongName: Listenable)
}
struct void_ { }

interface Service extends Hello {
  onReady: float32
  service: int
  tuple_of_two_long_names: HelloClientAdapter[]
  aPropertyWithAVeryLongNameThatGoesOnAndOnAndOnUntilTheLineIsFull: EventEmitter
  an_operation_with_a_long_name(first_parameter: isHello_[], secondParameter: HelloClientAdapter, p3: any): ModuleDefinition[]
}
interface Api { a: int }
interface Mod extends Api { }
interface Nothing { }
interface HTTPServer { URL: string; switch(): int; HTTPGet(URL: string): string }
`;
