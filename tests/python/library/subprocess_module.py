"""Programs that are started: their streams, status, environment, time limits."""
import subprocess

print(subprocess.run(['echo', 'hi'], capture_output=True, text=True))
print(subprocess.check_output('cat; exit 0', shell=True, input=b'abc'))
print(subprocess.run(['false']).returncode)
try:
    subprocess.run(['/nonexistent'])
except FileNotFoundError as error:
    print(error)
try:
    subprocess.run(['sleep', '5'], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(error)
try:
    subprocess.run('exit 3', shell=True, check=True)
except subprocess.CalledProcessError as error:
    print(error)
print(subprocess.run(['sh', '-c', 'echo $A; pwd'], env={'A': 'x', 'PATH': '/bin:/usr/bin'}, cwd='/', capture_output=True).stdout)
with subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    print(process.communicate(b'zz'), process.poll())

# asyncio's pipes.
import asyncio
import os


async def echo():
    process = await asyncio.create_subprocess_exec("echo", "hi", stdout=subprocess.PIPE)
    return await process.communicate()


print(asyncio.run(echo()))
reader, writer = os.pipe()
os.set_blocking(reader, False)
print(os.get_blocking(reader), os.get_blocking(writer))
