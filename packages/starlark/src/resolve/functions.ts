// A function: its parameters and their order, then its body, in a block of its own.
import type { FunctionNode, Identifier, Parameter } from '../syntax/ast.ts';
import type { Resolver } from './resolver.ts';
import { type Container, newContainer } from './scope.ts';

/** What of a parameter list is known so far, from left to right. */
interface Seen {
  hasOptional: boolean;
  star: Parameter | undefined;
  doubleStar: Identifier | undefined;
}

export function resolveFunction(r: Resolver, node: FunctionNode): void {
  // Standards are evaluated outside.
  for (const { standard } of node.parameters) if (standard !== undefined) r.rules.expression(r, standard);
  const container = newContainer(node);
  const outerLoops = r.loops;
  r.loops = 0;
  r.within(container, () => {
    const seen: Seen = { hasOptional: false, star: undefined, doubleStar: undefined };
    for (const parameter of node.parameters) resolveParameter(r, parameter, seen, container);
    // Last, so that the slots of those that take one argument follow one another.
    if (seen.star !== undefined) resolveStar(r, seen.star, container);
    if (seen.doubleStar !== undefined) {
      bindOnce(r, seen.doubleStar, seen.doubleStar.at);
      container.hasKwargs = true;
    }
    r.rules.statements(r, node.body);
  });
  r.loops = outerLoops;
}

function resolveParameter(r: Resolver, parameter: Parameter, seen: Seen, container: Container): void {
  const { at, name, standard, equalsAt } = parameter;
  if (parameter.kind === 'star') {
    if (seen.doubleStar !== undefined) r.fail(at, `* parameter may not follow **${seen.doubleStar.name}`);
    else if (seen.star !== undefined) r.fail(at, 'multiple * parameters not allowed');
    else seen.star = parameter;
    return;
  }
  if (name === undefined) return;
  if (parameter.kind === 'double-star') {
    if (seen.doubleStar !== undefined) r.fail(at, 'multiple ** parameters not allowed');
    seen.doubleStar = name;
    return;
  }
  const faultAt = standard === undefined ? at : equalsAt;
  if (seen.doubleStar !== undefined) {
    const sort = standard === undefined ? 'required' : 'optional';
    r.fail(faultAt, `${sort} parameter may not follow **${seen.doubleStar.name}`);
  } else if (seen.star !== undefined) {
    container.keywordOnly++;
  } else if (standard === undefined && seen.hasOptional) {
    r.fail(faultAt, 'required parameter may not follow optional');
  }
  bindOnce(r, name, faultAt);
  if (standard !== undefined) seen.hasOptional = true;
}

function resolveStar(r: Resolver, star: Parameter, container: Container): void {
  if (star.name !== undefined) {
    bindOnce(r, star.name, star.name.at);
    container.hasArgs = true;
  } else if (container.keywordOnly === 0) {
    r.fail(star.at, 'bare * must be followed by keyword-only parameters');
  }
}

function bindOnce(r: Resolver, name: Identifier, faultAt: number): void {
  if (r.bind(name)) r.fail(faultAt, `duplicate parameter: ${name.name}`);
}
