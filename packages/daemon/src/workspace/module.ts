// The module they are decided under (policy/shipped/modules/workspace.yaml).
export const WORKSPACE_MODULE = 'workspace';
