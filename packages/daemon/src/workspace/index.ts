// Our own tools for files and commands.
export { WORKSPACE_MODULE } from './module.ts';
export { workspaceTools } from './tools.ts';
export { Workspaces } from './workspaces.ts';
