using System;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>
/// A web service: /health for probes, / for people. SIGTERM stops it once all requests are answered.
/// </summary>
static class Server
{
    const int PatienceSeconds = 5;

    static int Main()
    {
        string port = Environment.GetEnvironmentVariable("PORT") ?? "8080";
        HttpListener listener = new HttpListener();
        listener.Prefixes.Add("http://*:" + port + "/");
        listener.Start();
        Console.WriteLine("listening on port " + port);

        TaskCompletionSource<bool> told = new TaskCompletionSource<bool>();
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            // The process ends when Main does, with its exit code rather than 143.
            signal.Cancel = true;
            told.TrySetResult(true);
        }))
        {
            Serve(listener, told.Task).Wait();
        }
        Console.WriteLine("stopped");
        return 0;
    }

    static async Task Serve(HttpListener listener, Task told)
    {
        // Counts the requests that are being answered, and this loop.
        CountdownEvent busy = new CountdownEvent(1);
        while (true)
        {
            Task<HttpListenerContext> next = listener.GetContextAsync();
            if (await Task.WhenAny(next, told) == told)
            {
                break;
            }
            busy.AddCount();
            ThreadPool.QueueUserWorkItem(state => Answer(next.Result, busy));
        }
        busy.Signal();
        busy.Wait(TimeSpan.FromSeconds(PatienceSeconds));
        listener.Close();
    }

    static void Answer(HttpListenerContext context, CountdownEvent busy)
    {
        try
        {
            string text = Text(context.Request.Url.AbsolutePath);
            byte[] body = Encoding.UTF8.GetBytes(text ?? "not found\n");
            context.Response.StatusCode = text == null ? 404 : 200;
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength64 = body.Length;
            context.Response.OutputStream.Write(body, 0, body.Length);
            context.Response.Close();
        }
        catch (HttpListenerException)
        {
            // Whoever asked has gone.
        }
        finally
        {
            busy.Signal();
        }
    }

    static string Text(string path)
    {
        switch (path)
        {
            case "/": return "Hello from .NET " + Environment.Version.Major + "\n";
            case "/health": return "ok\n";
            default: return null;
        }
    }
}
