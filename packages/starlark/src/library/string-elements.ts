// The views of a text that can be iterated over: elems, elem_ords, codepoints and codepoint_ords of string, elems of bytes. The elements of
// a string are its code points. INVARIANT: a view copies nothing unless its text has code points beyond U+FFFF, and then it says so.
import { Bytes } from '../values/bytes.ts';
import { COST } from '../values/cost.ts';
import type { Run } from '../values/function.ts';
import { isPlain } from '../values/points.ts';
import type { Extension, ExtensionType, Value } from '../values/value.ts';
import { countArguments } from './unpack.ts';

class View implements Extension {
  readonly extension: ExtensionType;
  readonly source: string | Bytes;
  /** One an element, where code units are not enough. */
  readonly points: readonly string[] | undefined;

  constructor(extension: ExtensionType, source: string | Bytes, points: readonly string[] | undefined) {
    this.extension = extension;
    this.source = source;
    this.points = points;
  }
}

function viewType(name: string, method: string, ords: boolean, indexable: boolean): ExtensionType {
  return {
    name,
    indexable,
    text(self, writer) {
      writer.repr((self as View).source);
      writer.put(`.${method}()`);
    },
    size(self) {
      const { source, points } = self as View;
      return source instanceof Bytes ? source.data.length : (points ?? source).length;
    },
    item(self, index): Value {
      const { source, points } = self as View;
      if (source instanceof Bytes) return source.data[index] ?? 0;
      const point = points === undefined ? source.charAt(index) : (points[index] ?? '');
      return ords ? (point.codePointAt(0) ?? 0) : point;
    },
  };
}

function method(name: string, type: string, ords: boolean, indexable: boolean): readonly [string, Run] {
  const view = viewType(type, name, ords, indexable);
  return [
    name,
    (thread, self, positional, named) => {
      countArguments(thread, name, positional, named, 0, 0);
      const source = self as string | Bytes;
      thread.allocate(COST.method);
      if (source instanceof Bytes || isPlain(source)) return new View(view, source, undefined);
      thread.step(source.length);
      thread.allocate(source.length * (COST.item + COST.string));
      return new View(view, source, [...source]);
    },
  ];
}

export const ELEMENT_METHODS: readonly (readonly [string, Run])[] = [
  method('codepoint_ords', 'string.codepoints', true, false),
  method('codepoints', 'string.codepoints', false, false),
  method('elem_ords', 'string.elems', true, true),
  method('elems', 'string.elems', false, true),
];

export const BYTES_METHODS: readonly (readonly [string, Run])[] = [method('elems', 'bytes.elems', true, false)];
