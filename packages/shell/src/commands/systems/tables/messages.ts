// Programs that speak to people or to queues, and those that only ask the network something. Sources: their manual pages.
import type { Tool, Verb } from '../table.ts';

const one = (verb: Verb): Tool => ({ verbs: { '': verb } });
const MAIL = one({
  does: 'send message {*}',
  lenient: true,
  options: '-s= -a< -A< -r= -f= -c= -b= -t -S! -X!',
  with: { '-t': 'send message recipients in the text' },
});
const ASKS: Verb = { does: 'connect {0}' };

export const MESSAGES: { readonly [names: string]: Tool } = {
  'mail mailx sendmail mutt neomutt msmtp swaks ssmtp s-nail nail exim exim4 postdrop himalaya aerc mpack': MAIL,
  'slack slackcat telegram-send telegram-cli tg signal-cli discord discord.sh apprise notify-send-remote twilio wall write talk pushover ntfy matrix-commander imsg irc ii sic toot t tweet noti-send zulip-send mattermost mmctl linear jira acli trello':
    one({ does: 'send message {tool} {*}', lenient: true }),
  'kafkacat kcat kafka-console-producer kafka-console-producer.sh mosquitto_pub nats amqp-publish rabbitmqadmin redis-publish stomp grpcurl grpc_cli websocat wscat evans ghz':
    one({ does: 'send api {*}; connect? {0}', lenient: true }),
  'kafka-topics kafka-topics.sh': one({
    does: 'write database topic {--topic}',
    lenient: true,
    options: '--list --describe --delete --create --alter --topic= --bootstrap-server=',
    instead: { '--list --describe': 'connect {--bootstrap-server}', '--delete': 'delete database topic {--topic}' },
  }),
  'dig host nslookup drill kdig delv resolveip getent-hosts': one({
    ...ASKS,
    does: 'connect {*}',
    lenient: false,
    options: '-4 -6 -t= -q= -x= -p= -c= -v -a -d -l -r -T -W= -R= -N= -C -n -s -w -i -m -y= -k< -f< -b=',
  }),
  'ping ping6 fping arping': one({
    ...ASKS,
    options: '-4 -6 -n -q -c= -i= -w= -W= -s= -t= -I= -v -D -O -a -A -U -M= -l= -b -r -f -p= -Q= -e=',
  }),
  'traceroute traceroute6 tracepath tracepath6 mtr tcptraceroute': one({
    ...ASKS,
    options: '-4 -6 -n -r -w= -c= -m= -q= -p= -I -T -U -i= -f= -b -z -j -x -C -o= -s= -a=',
  }),
  whois: one({ ...ASKS, does: 'connect {*}', options: '-h= -p= -H -I --host= --port=' }),
  'nmap masscan zmap rustscan nikto sqlmap hydra gobuster ffuf dirb wfuzz medusa john-remote nuclei amass subfinder hping3 nping arp-scan netdiscover ab siege wrk hey vegeta k6 locust slowloris':
    one({ does: 'connect {*}; send api {*}', lenient: true }),
  'tcpdump tshark dumpcap ngrep wireshark ettercap bettercap mitmproxy mitmdump': one({
    does: 'read credentials network traffic; escalate {tool}',
    lenient: true,
    options: '-w> -z! -r< -G= -s! --script!',
  }),
  'tailscale zerotier warp-cli nordvpn mullvad expressvpn': {
    verbs: {
      'status, ip, netcheck, version, ping, list, info, whois, peers, listnetworks': {
        does: 'read names network',
        lenient: true,
      },
      'up, down, set, login, logout, connect, disconnect, serve, funnel, cert, switch, lock': {
        does: 'write network {*}',
        lenient: true,
      },
      'ssh, nc, file': { does: 'connect {0}; send api {0}; execute inline-code', lenient: true },
    },
  },
  'avahi-browse ip-lookup iperf iperf3 speedtest speedtest-cli': one({ does: 'connect {*}', lenient: true }),
};
