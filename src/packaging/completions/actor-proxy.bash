# bash completion for actor-proxy; installed as /usr/share/bash-completion/completions/actor-proxy

_actor_proxy() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="status sites history actors metrics help diff reload confirm validate rollback log-level log-reopen shutdown"
    COMPREPLY=()

    case $previous in
        --config | --socket)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            return
            ;;
    esac

    if [[ ${COMP_WORDS[1]} != ctl || $COMP_CWORD -eq 1 ]]; then
        local words="--config --allow-wildcard-bind --validate --version --help ctl demo"
        [[ ${COMP_WORDS[1]} == demo ]] && words="--https-port --http-port --health-port"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi

    local command="" word skip=0
    for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
        if ((skip)); then
            skip=0
        elif [[ $word == --socket ]]; then
            skip=1
        elif [[ $word != -* && -z $command ]]; then
            command=$word
        fi
    done

    case $command in
        "") mapfile -t COMPREPLY < <(compgen -W "$commands --socket --json --watch --help" -- "$current") ;;
        status) mapfile -t COMPREPLY < <(compgen -W "--watch --json --socket" -- "$current") ;;
        reload) mapfile -t COMPREPLY < <(compgen -W "if-plan confirm" -- "$current") ;;
        log-level) mapfile -t COMPREPLY < <(compgen -W "trace debug info warn error" -- "$current") ;;
    esac
}

complete -F _actor_proxy actor-proxy
