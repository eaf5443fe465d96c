# fish completion for actor-proxy; installed as /usr/share/fish/vendor_completions.d/actor-proxy.fish

function __actor_proxy_ctl_needs_command
    set -l words (commandline -opc)
    contains -- ctl $words; or return 1
    for word in status sites history actors metrics help diff reload confirm validate rollback log-level log-reopen shutdown
        contains -- $word $words; and return 1
    end
    return 0
end

complete -c actor-proxy -f
complete -c actor-proxy -n __fish_is_first_token -a ctl -d 'talk to a running proxy'
complete -c actor-proxy -n __fish_is_first_token -a demo -d 'run with an embedded upstream'
complete -c actor-proxy -n 'not __fish_seen_subcommand_from ctl demo' -l config -r -F -d 'the configuration file'
complete -c actor-proxy -n 'not __fish_seen_subcommand_from ctl demo' -l allow-wildcard-bind -d 'allow wildcard addresses'
complete -c actor-proxy -n 'not __fish_seen_subcommand_from ctl demo' -l validate -d 'check the file and exit'
complete -c actor-proxy -n 'not __fish_seen_subcommand_from ctl demo' -l version -d 'print the version'
complete -c actor-proxy -l help -d 'how to use it'

complete -c actor-proxy -n '__fish_seen_subcommand_from demo' -l https-port -x -d 'port of HTTPS'
complete -c actor-proxy -n '__fish_seen_subcommand_from demo' -l http-port -x -d 'port of the redirect'
complete -c actor-proxy -n '__fish_seen_subcommand_from demo' -l health-port -x -d 'port of health and metrics'

complete -c actor-proxy -n '__fish_seen_subcommand_from ctl' -l socket -r -F -d 'the admin socket'
complete -c actor-proxy -n '__fish_seen_subcommand_from ctl' -l json -d 'print the answer as it came'
complete -c actor-proxy -n '__fish_seen_subcommand_from status' -l watch -d 'again every second'

complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a status -d 'how the proxy does'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a sites -d 'the sites with their upstreams and counters'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a history -d 'the last hundred reload attempts'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a actors -d 'the actors, their states and restarts'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a metrics -d 'the metrics as Prometheus text'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a help -d 'the commands that you may use'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a diff -d 'what the configuration file would change'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a reload -d 'apply the configuration file'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a confirm -d 'keep a reload that waits for its confirmation'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a validate -d 'check the file, say what would change, and its plan'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a rollback -d 'apply an earlier configuration again'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a log-level -d 'another log level until restart'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a log-reopen -d 'open the log file anew'
complete -c actor-proxy -n __actor_proxy_ctl_needs_command -a shutdown -d 'stop gracefully'

complete -c actor-proxy -n '__fish_seen_subcommand_from reload' -a 'if-plan confirm'
complete -c actor-proxy -n '__fish_seen_subcommand_from log-level' -a 'trace debug info warn error'
