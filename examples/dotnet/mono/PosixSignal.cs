using System;
using System.Reflection;

// What .NET has since version 6 and Mono has not: signatures for Mono's compiler, which nothing runs.
// It is compiled under the name of the assembly that has them in .NET.
[assembly: AssemblyVersion("6.0.0.0")]

namespace System.Runtime.InteropServices
{
    public enum PosixSignal
    {
        SIGTERM = -4,
    }

    public sealed class PosixSignalContext
    {
        public bool Cancel { get; set; }
    }

    public sealed class PosixSignalRegistration : IDisposable
    {
        public static PosixSignalRegistration Create(PosixSignal signal, Action<PosixSignalContext> handler)
        {
            throw null;
        }

        public void Dispose()
        {
            throw null;
        }
    }
}
