"""The completion scripts of the shells; each asks `crm complete` what may stand at the cursor."""

from __future__ import annotations

from crmcli.errors import CrmError, ExitCode

_BASH = """\
# crm completion for bash: source <(crm completion bash)
_crm() {
    local IFS=$'\\n'
    # The words as typed, since COMP_WORDS is broken at : and =.
    COMPREPLY=($(crm complete bash "${COMP_LINE:0:$COMP_POINT}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=] ]] && compopt -o nospace
}
complete -o default -F _crm crm crmcli
"""

_ZSH = """\
#compdef crm crmcli
# crm completion for zsh: crm completion zsh > "${fpath[1]}/_crm"
_crm() {
    local -a found plain open
    found=("${(@f)$(crm complete zsh "${(j: :)${(@q)words[1,CURRENT]}}" 2>/dev/null)}")
    found=(${found:#})
    if (( ! $#found )); then _files; return; fi
    open=(${(M)found:#*[:=]}) plain=(${found:#*[:=]})
    (( $#open )) && compadd -S '' -- $open
    (( $#plain )) && compadd -- $plain
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _crm "$@"; else compdef _crm crm crmcli; fi
"""

_FISH = """\
# crm completion for fish: crm completion fish > ~/.config/fish/completions/crm.fish
function __crm
    crm complete fish (string join ' ' -- (string escape -- (commandline -opc)) (commandline -ct)) 2>/dev/null
end
complete -c crm -a '(__crm)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


class UnknownShell(CrmError):
    """A shell that there is no completion for."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str) -> None:
        super().__init__(f'There is no completion for "{word}"', f"One of: {', '.join(SCRIPTS)}")


def script(shell: str) -> str:
    """Give the completion script of a shell. Raises UnknownShell."""
    if shell not in SCRIPTS:
        raise UnknownShell(shell)
    return SCRIPTS[shell]
