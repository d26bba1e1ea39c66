using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;

// What the test asks of .NET in its image: threads, sockets, TLS, languages, time zones.
static class Program
{
    static int Main(string[] arguments)
    {
        Console.WriteLine("version " + Environment.Version);
        Console.WriteLine("invariant " + (CultureInfo.GetCultureInfo("de-DE").NumberFormat.CurrencySymbol != "\u20ac"));
        Console.WriteLine(1234567.5.ToString("N1", CultureInfo.GetCultureInfo("de-DE")));
        Console.WriteLine(new DateTime(2026, 3, 29).ToString("D", CultureInfo.GetCultureInfo("de-DE")));
        Console.WriteLine("\u0130".ToLower(CultureInfo.GetCultureInfo("tr-TR")));
        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Console.WriteLine(TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2026, 3, 29, 1, 30, 0), berlin).ToString("HH:mm", CultureInfo.InvariantCulture));
        Console.WriteLine(BitConverter.ToString(SHA256.Create().ComputeHash(new byte[0])).Replace("-", "").Substring(0, 8));
        Console.WriteLine(Tls(arguments[0]).Result);
        return 0;
    }

    static async Task<string> Tls(string pem)
    {
        X509Certificate2 certificate = (X509Certificate2) typeof(X509Certificate2).GetMethod("CreateFromPemFile").Invoke(null, new object[] { pem, pem });
        TcpListener listener = new TcpListener(IPAddress.Loopback, 8443);
        listener.Start();
        Task serving = Task.Run(async () => {
            SslStream stream = new SslStream((await listener.AcceptTcpClientAsync()).GetStream());
            await stream.AuthenticateAsServerAsync(certificate);
            byte[] text = System.Text.Encoding.ASCII.GetBytes("hello");
            await stream.WriteAsync(text, 0, text.Length);
        });
        TcpClient client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, 8443);
        SslPolicyErrors problems = SslPolicyErrors.None;
        SslStream tls = new SslStream(client.GetStream(), false, (sender, given, chain, errors) => { problems = errors; return true; });
        await tls.AuthenticateAsClientAsync("localhost");
        byte[] buffer = new byte[5];
        int read = await tls.ReadAsync(buffer, 0, 5);
        await serving;
        return System.Text.Encoding.ASCII.GetString(buffer, 0, read) + " " + tls.SslProtocol + " " + problems;
    }
}
