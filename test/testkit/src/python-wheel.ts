// A Python wheel made of text, for a folder that pip looks for packages in.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

interface Entry {
  readonly path: string;
  readonly content: Buffer;
}

/** Stored, not compressed (PKZIP 2.0). */
function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content } of entries) {
    const name = Buffer.from(path);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(0x21, 12);
    header.writeUInt32LE(crc32(content), 14);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    header.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    parts.push(header, name, content);
    central.push(entry, name);
    offset += header.length + name.length + content.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...central, end]);
}

export interface WheelOptions {
  readonly name: string;
  readonly version: string;
  /** The module that `main()` of is its program. */
  readonly code: string;
  readonly needs?: readonly string[];
}

/** @returns its file name and its bytes. The program is called like the package. */
export function pythonWheel({ name, version, code, needs = [] }: WheelOptions): { file: string; bytes: Buffer } {
  const module = name.replaceAll('-', '_');
  const info = `${module}-${version}.dist-info`;
  const files: readonly (readonly [string, string])[] = [
    [`${module}.py`, code],
    [
      `${info}/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs.map((each) => `Requires-Dist: ${each}\n`).join('')}`,
    ],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
    [`${info}/entry_points.txt`, `[console_scripts]\n${name} = ${module}:main\n`],
  ];
  const entries = files.map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const record = entries.map(({ path, content }) => {
    const digest = createHash('sha256').update(content).digest('base64url');
    return `${path},sha256=${digest},${content.length}\n`;
  });
  const list = { path: `${info}/RECORD`, content: Buffer.from(`${record.join('')}${info}/RECORD,,\n`) };
  return { file: `${module}-${version}-py3-none-any.whl`, bytes: zip([...entries, list]) };
}
