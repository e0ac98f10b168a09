// The agent of launchd (macOS): starts the daemon when the person logs in, and again after a failure.
import { AGENT_LABEL, MADE_BY_US, type ServiceProgram } from './names.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const string = (text: string): string => `<string>${escaped(text)}</string>`;

/** launchd takes nothing away from what it starts; the walls around agents and servers are ours (docs/guide/sandbox.md). */
export function plistText({ node, flags, main, environment }: ServiceProgram): string {
  const command = [node, ...flags, main].map((each) => `    ${string(each)}\n`).join('');
  const variables = Object.entries(environment)
    .map(([name, value]) => `    <key>${escaped(name)}</key>\n    ${string(value)}\n`)
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MADE_BY_US} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(AGENT_LABEL)}
  <key>ProgramArguments</key>
  <array>
${command}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables}  </dict>
  <key>WorkingDirectory</key>
  <string>/</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>HardResourceLimits</key>
  <dict>
    <key>Core</key>
    <integer>0</integer>
  </dict>
  <key>SoftResourceLimits</key>
  <dict>
    <key>NumberOfFiles</key>
    <integer>8192</integer>
  </dict>
</dict>
</plist>
`;
}
