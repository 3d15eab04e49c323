import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ownDirectory } from './databases.ts';
import { type Account, startDaemon, stopDaemon, waitFor } from './processes.ts';
import type { Programs } from './programs.ts';

/** What the web server and PHP allow; tests make them small. */
export interface WebLimits {
  /** nginx: `client_max_body_size`. */
  bodySize: string;
  /** PHP: `post_max_size`. */
  postSize: string;
  memory: string;
  /** nginx: `fastcgi_read_timeout`, seconds. */
  seconds: number;
}

export const usualLimits: WebLimits = { bodySize: '64m', postSize: '64M', memory: '256M', seconds: 300 };

interface WebOptions {
  programs: Programs;
  /** Directory for its own files. */
  place: string;
  /** What nginx serves. */
  root: string;
  port: number;
  as: Account;
  limits: WebLimits;
}

/** One nginx and one php-fpm for one site: its limits are its own, and its PHP can be killed without the others'. */
export async function startWeb({ programs, place, root, port, as, limits }: WebOptions): Promise<void> {
  mkdirSync(place, { recursive: true });
  const socket = join(place, 'fpm.sock');
  ownDirectory(join(place, 'temp'), as, 0o755);
  writeFileSync(join(place, 'fpm.conf'), fpmConfig(place, socket, as !== undefined, limits));
  writeFileSync(
    join(place, 'nginx.conf'),
    nginxConfig({ place, socket, root, port, isRoot: as !== undefined, limits }),
  );
  await startDaemon({
    pidFile: join(place, 'fpm.pid'),
    log: join(place, 'fpm.log'),
    command: programs.phpFpm,
    // -R lets it start as root: its workers run as the account of the pool.
    args: ['-F', '-R', '-y', join(place, 'fpm.conf')],
  });
  await startDaemon({
    pidFile: join(place, 'nginx.pid'),
    log: join(place, 'nginx.log'),
    command: programs.nginx,
    args: ['-p', place, '-c', join(place, 'nginx.conf'), '-e', join(place, 'nginx.log'), '-g', 'daemon off;'],
  });
  await waitFor(`the web server on port ${port}`, () =>
    fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' }).then(
      () => true,
      () => false,
    ),
  );
}

export async function stopWeb(place: string): Promise<void> {
  await stopDaemon(join(place, 'nginx.pid'));
  await stopDaemon(join(place, 'fpm.pid'));
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function fpmConfig(place: string, socket: string, isRoot: boolean, { postSize, memory }: WebLimits): string {
  return `[global]
error_log = ${join(place, 'fpm.log')}
process_control_timeout = 10s
[moodle]
${isRoot ? 'user = www-data\ngroup = www-data' : ''}
listen = ${socket}
listen.mode = 0666
pm = ondemand
pm.max_children = 8
catch_workers_output = yes
php_admin_value[error_log] = ${join(place, 'temp', 'php.log')}
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_value[memory_limit] = ${memory}
php_value[post_max_size] = ${postSize}
php_value[upload_max_filesize] = ${postSize}
php_value[max_input_vars] = 5000
php_value[opcache.max_accelerated_files] = 30000
`;
}

interface NginxOptions {
  place: string;
  socket: string;
  root: string;
  port: number;
  isRoot: boolean;
  limits: WebLimits;
}

function nginxConfig({ place, socket, root, port, isRoot, limits }: NginxOptions): string {
  const temp = (what: string) => join(place, 'temp', what);
  return `${isRoot ? 'user www-data;' : ''}
worker_processes 1;
pid ${join(place, 'nginx.own-pid')};
events { worker_connections 256; }
http {
  types { text/html html; text/css css; application/javascript js; image/svg+xml svg; image/png png; }
  default_type application/octet-stream;
  access_log ${join(place, 'access.log')};
  client_body_temp_path ${temp('body')}; fastcgi_temp_path ${temp('fastcgi')}; proxy_temp_path ${temp('proxy')};
  uwsgi_temp_path ${temp('uwsgi')}; scgi_temp_path ${temp('scgi')};
  client_max_body_size ${limits.bodySize};
  server {
    listen 127.0.0.1:${port};
    root ${root};
    index index.php;
    location / { try_files $uri $uri/ =404; }
    # PATH_INFO: Moodle's own "slash arguments".
    location ~ ^(?<script>.+\\.php)(?<info>/.*|)$ {
      fastcgi_pass unix:${socket};
      fastcgi_read_timeout ${limits.seconds}s;
      fastcgi_param SCRIPT_FILENAME $document_root$script;
      fastcgi_param SCRIPT_NAME $script;
      fastcgi_param PATH_INFO $info;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param DOCUMENT_ROOT $document_root;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SERVER_SOFTWARE nginx;
      fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param REMOTE_ADDR $remote_addr;
    }
  }
}
`;
}
