; Inno Setup 6: the installer of the frozen app.  packaging/build.py gives AppVersion, AppFolder, Icon and Name.
; Untested: see packaging/README.md.

[Setup]
AppId={{6E2B7E0C-7C0B-4C5C-9A53-3C1C8C2B9D41}
AppName=GPU Planner
AppVersion={#AppVersion}
AppPublisher=GPU Planner developers
VersionInfoVersion={#AppVersion}
DefaultDirName={autopf}\GPU Planner
DefaultGroupName=GPU Planner
DisableProgramGroupPage=yes
UninstallDisplayIcon={app}\GPU Planner.exe
UninstallDisplayName=GPU Planner
OutputBaseFilename={#Name}
SetupIconFile={#Icon}
LicenseFile={#AppFolder}\licences\LICENSE
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Without rights of an administrator it is installed for this user alone.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "path"; Description: "Add the command gpuplanner to PATH"; Flags: unchecked

[InstallDelete]
; An update must not find modules of the last version.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#AppFolder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\GPU Planner"; Filename: "{app}\GPU Planner.exe"
Name: "{autodesktop}\GPU Planner"; Filename: "{app}\GPU Planner.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.gpuplan"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-gpuplan"; Flags: uninsdeletekeyifempty uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.gpuplan\OpenWithProgids"; ValueType: string; ValueName: "GPUPlanner.Document"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\GPUPlanner.Document"; ValueType: string; ValueName: ""; ValueData: "GPU Planner document"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\GPUPlanner.Document\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\GPU Planner.exe,0"
Root: HKA; Subkey: "Software\Classes\GPUPlanner.Document\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\GPU Planner.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\GPU Planner.exe\SupportedTypes"; ValueType: string; ValueName: ".gpuplan"; ValueData: ""; Flags: uninsdeletekey
Root: HKA; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsForThisUser and NeedsPath(ExpandConstant('{app}'))

[Run]
Filename: "{app}\GPU Planner.exe"; Description: "{cm:LaunchProgram,GPU Planner}"; Flags: nowait postinstall skipifsilent

[Code]
function IsForThisUser: Boolean;
begin
  Result := not IsAdminInstallMode;
end;

function UsersPath: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Result) then
    Result := '';
end;

function NeedsPath(Folder: String): Boolean;
begin
  Result := Pos(';' + Uppercase(Folder) + ';', ';' + Uppercase(UsersPath) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Folder: String;
  At: Integer;
begin
  if Step <> usPostUninstall then
    exit;
  Folder := ';' + ExpandConstant('{app}');
  Path := UsersPath;
  At := Pos(Uppercase(Folder), Uppercase(Path));
  if At > 0 then
  begin
    Delete(Path, At, Length(Folder));
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
  end;
end;
