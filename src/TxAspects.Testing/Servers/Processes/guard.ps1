# guard.ps1 RUN BINARIES: runs the server, answers and obeys the orders on standard input, and stops the server once that ends,
# which is when the owner process disposes it or dies in any way. pg_ctl, because the server refuses an administrator's token and
# pg_ctl gives that up.
param([string] $Run, [string] $Binaries)
$control = Join-Path $Binaries 'pg_ctl.exe'
$data = Join-Path $Run 'data'
& $control start -w -s -D $data -l (Join-Path $Run 'server.log') *> $null
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
$server = Get-Process -Id (Get-Content (Join-Path $data 'postmaster.pid') -First 1)
while ($null -ne ($order = [Console]::In.ReadLine())) {
    if ($order -eq 'ask') { [Console]::Out.WriteLine('ready') }
    if ($order -eq 'kill') { $server.Kill(); $server.WaitForExit(); exit 1 }
}
& $control stop -m immediate -s -D $data *> $null
Remove-Item -Recurse -Force $Run, "$Run.lock" -ErrorAction SilentlyContinue
