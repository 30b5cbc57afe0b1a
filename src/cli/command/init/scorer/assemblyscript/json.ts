// Just enough JSON for a scorer: reads a request, writes a text.

export enum Kind {
  Nothing,
  Boolean,
  Number,
  Text,
  List,
  Object,
}

/** A value; members of the wrong kind are empty. */
export class Value {
  number: f64 = 0;
  text: string = "";
  items: Value[] = [];
  members: Map<string, Value> = new Map();

  constructor(public kind: Kind) {}

  /** A member of an object; nothing where there is none. */
  get(name: string): Value {
    return this.members.has(name) ? this.members.get(name) : new Value(Kind.Nothing);
  }
}

/** Reads a text of JSON. */
export function parse(text: string): Value {
  return new Reader(text).value();
}

/** A text as JSON. */
export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c == 34 || c == 92) out += "\\" + text.charAt(i);
    else if (c < 32) out += "\\u" + c.toString(16).padStart(4, "0");
    else out += text.charAt(i);
  }
  return out + '"';
}

class Reader {
  private at: i32 = 0;

  constructor(private source: string) {}

  value(): Value {
    const c = this.next();
    if (c == 123) return this.object();
    if (c == 91) return this.list();
    if (c == 34) {
      const value = new Value(Kind.Text);
      value.text = this.string();
      return value;
    }
    const from = this.at;
    while (this.at < this.source.length && !this.ends(this.source.charCodeAt(this.at))) this.at++;
    const word = this.source.substring(from, this.at);
    if (word == "null") return new Value(Kind.Nothing);
    const value = new Value(word == "true" || word == "false" ? Kind.Boolean : Kind.Number);
    value.number = word == "true" ? 1 : word == "false" ? 0 : parseFloat(word);
    if (isNaN(value.number)) throw new Error("not JSON: " + word);
    return value;
  }

  private ends(c: i32): bool {
    return c <= 32 || c == 44 || c == 93 || c == 125;
  }

  /** The next character that is no space. */
  private next(): i32 {
    while (this.at < this.source.length && this.source.charCodeAt(this.at) <= 32) this.at++;
    if (this.at >= this.source.length) throw new Error("not JSON: it ends too early");
    return this.source.charCodeAt(this.at);
  }

  private object(): Value {
    const value = new Value(Kind.Object);
    this.at++;
    while (this.next() != 125) {
      if (this.source.charCodeAt(this.at) == 44) this.at++;
      this.next();
      const name = this.string();
      this.next();
      this.at++;
      value.members.set(name, this.value());
    }
    this.at++;
    return value;
  }

  private list(): Value {
    const value = new Value(Kind.List);
    this.at++;
    while (this.next() != 93) {
      if (this.source.charCodeAt(this.at) == 44) this.at++;
      value.items.push(this.value());
    }
    this.at++;
    return value;
  }

  private string(): string {
    let out = "";
    this.at++;
    let from = this.at;
    while (true) {
      if (this.at >= this.source.length) throw new Error("not JSON: a text without an end");
      const c = this.source.charCodeAt(this.at);
      if (c == 34) break;
      if (c != 92) {
        this.at++;
        continue;
      }
      out += this.source.substring(from, this.at) + this.escape();
      from = this.at;
    }
    out += this.source.substring(from, this.at);
    this.at++;
    return out;
  }

  private escape(): string {
    const kind = this.source.charAt(this.at + 1);
    this.at += 2;
    if (kind == "b") return "\b";
    if (kind == "f") return "\f";
    if (kind == "n") return "\n";
    if (kind == "r") return "\r";
    if (kind == "t") return "\t";
    if (kind != "u") return kind;
    this.at += 4;
    return String.fromCharCode(i32(parseInt(this.source.substring(this.at - 4, this.at), 16)));
  }
}
