using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Laminet.Verification.Watching;

namespace Laminet.Formats.Tests.Reading;

/// <summary>Google's own decoder, a program of the package Grpc.Tools.</summary>
internal static class Protoc
{
    /// <summary>The events of a file.</summary>
    public static IReadOnlyList<Message> Events(string path) => Messages(Frames.OfEvents(File.ReadAllBytes(path)), "events.proto", "Events", "event");

    /// <summary>The records of a run's log.</summary>
    public static IReadOnlyList<Message> Records(string path) => Messages(Frames.OfRun(File.ReadAllBytes(path)), "runs.proto", "Records", "record");

    public static Message Decode(byte[] message, string file, string type)
    {
        string tools = typeof(Protoc).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == "GrpcTools").Value!;
        string machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string program = OperatingSystem.IsWindows() ? "windows_x64/protoc.exe" : OperatingSystem.IsMacOS() ? "macosx_universal/protoc" : $"linux_{machine}/protoc";
        string definitions = Path.Combine(AppContext.BaseDirectory, "Public");
        ProcessStartInfo start = new(Path.Combine(tools, "tools", program),
            [$"--decode=reader.{type}", $"-I{definitions}", $"-I{Path.Combine(tools, "build/native/include")}", Path.Combine(definitions, file)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(message);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        // A field that the definitions do not know would be shown as its number.
        return Message.Parse(output.Result);
    }

    // All in one run of the program: each record is a field of one message.
    private static IReadOnlyList<Message> Messages(List<byte[]> records, string file, string type, string field)
    {
        using MemoryStream all = new();
        using (CodedOutputStream output = new(all, leaveOpen: true))
        {
            foreach (byte[] record in records)
            {
                output.WriteTag(1, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(record));
            }
        }

        return [.. Decode(all.ToArray(), file, type).All(field)];
    }
}
