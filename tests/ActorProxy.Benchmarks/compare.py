#!/usr/bin/env python3
"""This proxy beside nginx on loopback: CPU per request of each process tree and latency, in interleaved rounds.

    dotnet publish src/ActorProxy -c Release -r linux-x64 -o artifacts/actor-proxy
    python3 tests/ActorProxy.Benchmarks/compare.py artifacts/actor-proxy/actor-proxy --rounds 3 --secs 5

Needs nginx, wrk, h2load (nghttp2-client), curl and openssl. Both proxies have the same certificate, one site, forwarding headers, kept-alive upstream
connections and an access log; this proxy also its rate limit, metrics and clocks. Rounds go A B A B: compare ratios, not figures
of two runs, and distrust a round in which something else used the machine (`other`).
"""
import argparse, json, os, pathlib, re, shutil, signal, socket, statistics, subprocess, tempfile, time

TICK = os.sysconf("SC_CLK_TCK")
HOST = "site.test"

ORIGIN = """worker_processes 2; pid origin.pid; error_log stderr; events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; server { listen 127.0.0.1:%(origin)d reuseport; root %(dir)s/www; location = / { return 200 "ok"; } } }
"""
NGINX = """worker_processes 2; pid nginx.pid; error_log stderr; events { worker_connections 4096; }
http {
  access_log access.log; keepalive_requests 100000000; server_tokens off;
  upstream site { server 127.0.0.1:%(origin)d; keepalive 256; keepalive_requests 100000000; }
  ssl_certificate cert.pem; ssl_certificate_key key.pem; ssl_session_cache shared:s:10m; ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 127.0.0.1:%(nginx)d ssl http2 reuseport default_server; return 404; }
  server {
    listen 127.0.0.1:%(nginx)d ssl http2; server_name site.test; http2_max_requests 100000000;
    location / { proxy_pass http://site; proxy_http_version 1.1; proxy_buffering off; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https; }
  }
}
"""
OURS = """health_check_port = 0
admin_socket_path = ""
max_connections = 4096
[logging]
log_file_path = "%(dir)s/proxy.log"
[rate_limit]
requests_per_second = 1000000
burst = 1000000
[body]
limit_bytes = 1073741824
[[listeners]]
bind_addr = "127.0.0.1"
https_port = %(ours)d
http_port = 0
[listeners.tls]
mode = "manual"
cert_path = "%(dir)s/cert.pem"
key_path = "%(dir)s/key.pem"
[[listeners.sites]]
host = "site.test"
upstream = "127.0.0.1:%(origin)d"
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tree(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [p for c in children for p in tree(int(c))]


def cpu(pid):
    total = 0
    for p in tree(pid):
        fields = pathlib.Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def busy():
    fields = [int(x) for x in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


def run(*argv):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=180).stdout


def wrk(port, secs, path="/", connections=64, close=False):
    out = run("wrk", "-t2", f"-c{connections}", f"-d{secs}s", "--latency", "-H", f"Host: {HOST}",
              *(["-H", "Connection: close"] if close else []), f"https://localhost:{port}{path}")
    assert "Non-2xx" not in out and "Socket errors" not in out, out
    unit = {"us": 1, "ms": 1e3, "s": 1e6}
    at = lambda p: (lambda m: float(m[1]) * unit[m[2]])(re.search(rf"{p}%\s+([\d.]+)(us|ms|s)", out))
    return {"requests": int(re.search(r"(\d+) requests in", out)[1]), "p50": at(50), "p99": at(99)}


def h2load(port, secs, *extra, log=None):
    out = run("h2load", "-t2", "-D", secs, "--connect-to", f"127.0.0.1:{port}", *extra, *(["--log-file", log] if log else []), f"https://{HOST}/")
    done = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored", out)
    assert done[2] == done[3] == "0", out
    result = {"requests": int(done[1])}
    if log:
        times = sorted(int(line.split("\t")[2]) for line in open(log))
        result |= {"p50": times[len(times) // 2], "p99": times[int(len(times) * .99)]}
        os.unlink(log)
    return result


SCENARIOS = {
    "HTTP/1.1, tiny, saturated": lambda port, secs, d: wrk(port, secs),
    "HTTP/2, tiny, saturated": lambda port, secs, d: h2load(port, secs, "-c32", "-m10"),
    "HTTP/1.1, 10 KiB": lambda port, secs, d: wrk(port, secs, "/10k"),
    "HTTP/1.1, 1 MiB": lambda port, secs, d: wrk(port, secs, "/1m", 16),
    "new connection a request, resumed": lambda port, secs, d: wrk(port, secs, close=True),
    "HTTP/1.1 at 4,000 requests/s": lambda port, secs, d: h2load(port, secs, "-c8", "--h1", "--rps", 500, log=d / "h2load.log"),
}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("program")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--secs", type=int, default=5)
    ap.add_argument("--warm", type=int, default=15, help="seconds before the first round: compiled code replaces itself by faster code under load")
    args = ap.parse_args()
    d = pathlib.Path(tempfile.mkdtemp(prefix="compare"))
    ports = {"origin": free_port(), "nginx": free_port(), "ours": free_port(), "dir": str(d)}
    (d / "www").mkdir()
    (d / "www/10k").write_bytes(os.urandom(10240))
    (d / "www/1m").write_bytes(os.urandom(1 << 20))
    os.chmod(d, 0o755)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", d / "key.pem", "-out", d / "cert.pem", "-days", "1",
        "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},DNS:localhost")
    for name, text in {"origin.conf": ORIGIN, "nginx.conf": NGINX, "proxy.toml": OURS}.items():
        (d / name).write_text(text % ports)
    started = {}
    start = lambda name, *argv: started.__setitem__(name, subprocess.Popen([str(a) for a in argv], cwd=d, stdout=open(d / f"{name}.out", "wb"), stderr=subprocess.STDOUT))
    rows = {s: {"nginx": [], "ours": []} for s in SCENARIOS}
    try:
        start("origin", "nginx", "-p", d, "-c", d / "origin.conf", "-g", "daemon off;")
        start("nginx", "nginx", "-p", d, "-c", d / "nginx.conf", "-g", "daemon off;")
        start("ours", pathlib.Path(args.program).resolve(), "--config", d / "proxy.toml")
        for name in ("nginx", "ours"):
            deadline = time.monotonic() + 30
            while run("curl", "-sk", "--resolve", f"{HOST}:{ports[name]}:127.0.0.1", f"https://{HOST}:{ports[name]}/") != "ok":
                assert time.monotonic() < deadline, (d / f"{name}.out").read_text()
        for scenario in list(SCENARIOS.values())[:2]:
            scenario(ports["ours"], max(1, args.warm // 2), d)
        for scenario, load in SCENARIOS.items():
            for _ in range(args.rounds):
                for name in ("nginx", "ours"):
                    c0, b0, t0, own = cpu(started[name].pid), busy(), time.monotonic(), os.times()
                    result = load(ports[name], args.secs, d)
                    result["cpu"] = (cpu(started[name].pid) - c0) / result["requests"] * 1e6
                    rows[scenario][name].append(result)
                    print(json.dumps({"scenario": scenario, "proxy": name, **result}), flush=True)
        ratio = lambda s, key: statistics.median(o[key] / n[key] for o, n in zip(rows[s]["ours"], rows[s]["nginx"]) if key in n)
        print("\n| scenario | CPU µs a request (nginx) | CPU × nginx | p50 × nginx | p99 × nginx |\n|---|---:|---:|---:|---:|")
        for s in SCENARIOS:
            middle = lambda name: statistics.median(r["cpu"] for r in rows[s][name])
            tail = f"{ratio(s, 'p50'):.2f} | {ratio(s, 'p99'):.2f}" if "p50" in rows[s]["nginx"][0] else " | "
            print(f"| {s} | {middle('ours'):.0f} ({middle('nginx'):.0f}) | {ratio(s, 'cpu'):.2f} | {tail} |")
    finally:
        for process in started.values():
            process.send_signal(signal.SIGTERM)
        for process in started.values():
            process.wait(20)
        shutil.rmtree(d)


if __name__ == "__main__":
    main()
