// What of the user's own settings cannot have an effect, or says two things at once. Denies stand above everything, so a
// milder word about the same tool is read by people and by nothing else.
import { type Config, type Manifest, PRESET_LEVELS } from '@castellan/contract';
import { matchesName, type NamePattern, namePattern } from '../text/name-pattern.ts';
import { nearest } from '../text/nearest.ts';
import type { Finding, Severity } from './finding.ts';
import { toolsOfManifest } from './tool-effects.ts';

const SOURCE = 'config.yaml';
const finding = (lint: string, severity: Severity, about: string, message: string, fix: string): Finding => ({
  lint,
  severity,
  about,
  source: SOURCE,
  message,
  fix,
});

export function configFindings(config: Config, manifests: readonly Manifest[]): readonly Finding[] {
  const denies = config.deny.map((text) => namePattern(text.toLowerCase()));
  return [...levelFindings(config, manifests, denies), ...denyFindings(config.deny, denies, manifests)];
}

function levelFindings(
  config: Config,
  manifests: readonly Manifest[],
  denies: readonly NamePattern[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const denied = (module: string, tool: string): string | undefined => {
    const manifest = manifests.find(({ name }) => name === module);
    const names = [module, ...(manifest?.aliases ?? [])].map((name) => name.toLowerCase());
    return denies.find((pattern) => matchesName(pattern, names, tool.toLowerCase()))?.text;
  };
  for (const [module, { level, tools }] of Object.entries(config.modules)) {
    const all = denies.find((pattern) => pattern.tool === '*' && matchesName(pattern, [module.toLowerCase()], ''));
    if (level !== undefined && level !== 'deny' && all !== undefined) {
      const fix = `remove \`deny: [${all.text}]\` or the level`;
      const message = `the level ${level} has no effect: you deny \`${all.text}\``;
      findings.push(finding('contradiction', 'warning', `modules.${module}.level`, message, fix));
    }
    if (level === 'confirm' && PRESET_LEVELS[config.preset] === 'confirm') {
      const message = `the preset ${config.preset} says ${level} already`;
      findings.push(
        finding('no-effect', 'note', `modules.${module}.level`, message, 'remove it, or keep it for other presets'),
      );
    }
    for (const [tool, own] of Object.entries(tools)) {
      if (own === 'deny') continue;
      const about = `modules.${module}.tools.${tool}`;
      const by = denied(module, tool);
      if (by !== undefined) {
        const message = `the level ${own} has no effect: you deny \`${by}\``;
        findings.push(finding('contradiction', 'warning', about, message, `remove \`deny: [${by}]\` or the level`));
      } else if (level === 'deny') {
        const message = `the level ${own} has no effect: the whole module \`${module}\` is set to deny`;
        findings.push(
          finding(
            'contradiction',
            'warning',
            about,
            message,
            'a deny of a module has no exceptions: deny its tools one by one',
          ),
        );
      }
    }
  }
  return findings;
}

function denyFindings(
  texts: readonly string[],
  denies: readonly NamePattern[],
  manifests: readonly Manifest[],
): readonly Finding[] {
  return denies.flatMap((pattern, index): readonly Finding[] => {
    const about = `deny[${index}]`;
    const text = texts[index] ?? pattern.text;
    const wider = denies.find((other, at) => {
      if (at === index || (other.text === pattern.text && at > index)) return false;
      return matchesName(other, [pattern.module], pattern.tool);
    });
    if (wider !== undefined) {
      return [
        finding(
          'no-effect',
          'note',
          about,
          `\`${text}\` is denied by \`${wider.text}\` already`,
          'remove one of the two',
        ),
      ];
    }
    const names = manifests.map((manifest) => ({
      names: [manifest.name, ...manifest.aliases].map((name) => name.toLowerCase()),
      tools: toolsOfManifest(manifest).map((tool) => tool.name),
    }));
    const modules = names.filter((each) => matchesName({ ...pattern, tool: '*' }, each.names, ''));
    if (
      modules.some(
        ({ tools }) =>
          pattern.tool === '*' ||
          tools.some((tool) => matchesName({ ...pattern, module: '*' }, [''], tool.toLowerCase())),
      )
    )
      return [];
    const near =
      modules.length > 0
        ? nearest(
            pattern.tool,
            modules.flatMap(({ tools }) => tools),
          )
        : nearest(
            pattern.module,
            names.flatMap((each) => each.names),
          );
    const what = modules.length > 0 ? 'tool' : 'module';
    return [
      finding(
        'matches-nothing',
        'warning',
        about,
        `\`${text}\` denies no ${what} that is known`,
        near === undefined
          ? 'it waits for one of that name; correct it if it should match now'
          : `did you mean \`${near}\`?`,
      ),
    ];
  });
}
